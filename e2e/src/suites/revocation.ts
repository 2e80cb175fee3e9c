import { expect } from "@jest/globals";
import { post } from "../http.ts";
import { obtainTokens, type RegisteredClient } from "../oauth.ts";
import { type OpenStream, openStream } from "../open-stream.ts";
import type { RunningGateway, TestOf } from "../running-gateway.ts";
import { initialize } from "./wire.ts";

export const call = (id: number, name: string) => ({ jsonrpc: "2.0", id, method: "tools/call", params: { name } });

interface Session {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** A session of that token on the server whose calls can wait. */
export async function openSession(gateway: RunningGateway, token: string): Promise<Session> {
  const url = gateway.mcpUrl("faulty");
  const authorization = `Bearer ${token}`;
  const answer = await post(url, initialize, { authorization });
  expect(answer.status).toBe(200);
  return { url, headers: { authorization, "mcp-session-id": `${answer.headers["mcp-session-id"]}` } };
}

export async function signIn(gateway: RunningGateway, browser = gateway.browser()) {
  const granted = await obtainTokens(gateway.origin, gateway.mcpUrl("faulty"), browser);
  return { ...granted, session: await openSession(gateway, granted.tokens.access_token) };
}

/** The stream of a GET, and that of a call that runs. */
export async function openStreams({ url, headers }: Session): Promise<{ get: OpenStream; running: OpenStream }> {
  return { get: await openStream(url, headers), running: await openStream(url, headers, call(7, "wait")) };
}

/** That a session's running call gets its answer, and its GET stream is open still. */
export async function expectAlive(
  { url, headers }: Session,
  { get, running }: Awaited<ReturnType<typeof openStreams>>,
) {
  expect((await post(url, call(8, "release"), headers)).status).toBe(200);
  expect(await running.ended).toContain("released");
  const isOpen = await Promise.race([get.ended.then(() => false), post(url, call(9, "pid"), headers).then(() => true)]);
  expect(isOpen).toBe(true);
  get[Symbol.dispose]();
}

export async function revoke(gateway: RunningGateway, { clientId }: RegisteredClient, token: string): Promise<void> {
  const body = new URLSearchParams({ token, client_id: clientId });
  expect((await fetch(`${gateway.origin}/revoke`, { method: "POST", body })).status).toBe(200);
}

/** What a revocation ends, of a gateway that declares faulty, and what it leaves. */
export function revocationTests(test: TestOf): void {
  test("/revoke ends the open streams and the running call of that grant, and of no other", async (gateway) => {
    const [ours, theirs] = [await signIn(gateway), await signIn(gateway)];
    const [ending, going] = [await openStreams(ours.session), await openStreams(theirs.session)];
    await revoke(gateway, ours.client, ours.tokens.refresh_token);
    expect(await ending.running.ended).toContain("access_revoked");
    await ending.get.ended;
    expect((await post(ours.session.url, call(2, "pid"), ours.session.headers)).status).toBe(401);
    await expectAlive(theirs.session, going);
  });

  test("/revoke of one access token ends what was opened with it", async (gateway) => {
    const { client, tokens, session } = await signIn(gateway);
    const { get, running } = await openStreams(session);
    await revoke(gateway, client, tokens.access_token);
    await Promise.all([get.ended, running.ended]);
  });

  test("what a person revokes on their page ends there and then, and another person's goes on", async (gateway) => {
    const browser = gateway.browser();
    const alice = await signIn(gateway, browser);
    const bob = await signIn(gateway, gateway.browser({ username: "bob" }));
    const [ending, going] = [await openStreams(alice.session), await openStreams(bob.session)];
    await browser.walk(`${gateway.origin}/account`); // presses every Revoke there, then Sign out everywhere
    await Promise.all([ending.get.ended, ending.running.ended]);
    await expectAlive(bob.session, going);
  });
}
