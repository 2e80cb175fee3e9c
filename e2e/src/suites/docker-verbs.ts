import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@jest/globals";
import type { DockerStack } from "../docker-stack.ts";
import { say } from "../gateway.ts";
import { obtainTokens } from "../oauth.ts";
import { until } from "../processes.ts";
import type { TestOf } from "../running-gateway.ts";
import { openSession, statusOfClient } from "./wire.ts";

const signIn = (stack: DockerStack) => obtainTokens(stack.origin, stack.mcpUrl("memory"), stack.browser());

/** Says a verb with --json; gives what it answered. */
async function ask(stack: DockerStack, ...args: readonly string[]) {
  const { code, printed } = await say(stack, [...args, "--json"]);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${printed}`);
  return JSON.parse(printed);
}

const statusWith = (stack: DockerStack, accessToken: string) =>
  statusOfClient(stack.mcpUrl("memory"), { authorization: `Bearer ${accessToken}` });

const untilRefused = (stack: DockerStack, accessToken: string) =>
  until(async () => ((await statusWith(stack, accessToken)) === 401 ? true : undefined), "the token refused");

/** The operator's verbs, which reach auth and the proxies from within their containers. */
export function dockerVerbTests(test: TestOf<DockerStack>): void {
  test("a client and its token are listed, and a revoked token is refused", async (stack) => {
    const { client, tokens } = await signIn(stack);
    const { clients } = await ask(stack, "clients", "list");
    expect(clients.map(({ client_id }: { client_id: string }) => client_id)).toContain(client.clientId);
    const listed = await ask(stack, "tokens");
    const { id } = listed.tokens.find(({ client_id }: { client_id: string }) => client_id === client.clientId);
    expect(await statusWith(stack, tokens.access_token)).toBe(200);
    expect(await ask(stack, "tokens", "revoke", id, "--yes")).toEqual({ revoked: 1 });
    await untilRefused(stack, tokens.access_token);
  });

  test("clients, tokens and users are counted, and nothing that is good is purged", async (stack) => {
    const { tokens } = await signIn(stack);
    const { clients, tokens_by_server } = await ask(stack, "stats");
    expect([clients.total > 0, tokens_by_server.memory > 0]).toEqual([true, true]);
    await ask(stack, "purge");
    expect(await statusWith(stack, tokens.access_token)).toBe(200);
  });

  test("a backup is a file of its owner's on this machine, and brings a deleted client back", async (stack) => {
    const { client, tokens } = await signIn(stack);
    const file = join(stack.folder, "backup.json");
    expect(await ask(stack, "backup", file)).toMatchObject({ file, encrypted: false });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const content = await readFile(file, "utf8");
    for (const secret of [tokens.access_token, tokens.refresh_token]) expect(content).not.toContain(secret);
    await ask(stack, "clients", "delete", client.clientId, "--yes");
    await untilRefused(stack, tokens.access_token);
    expect(await ask(stack, "restore", file, "--dry-run")).toMatchObject({ clients: { restored: 1 }, dry_run: true });
    expect(await say(stack, ["clients", "show", client.clientId])).toMatchObject({ code: 1 });
    expect((await say(stack, ["restore", file])).printed).not.toContain("It was made at");
    expect(await ask(stack, "clients", "show", client.clientId)).toMatchObject({ tokens: 0 });
  });

  test("keys are changed at once, and a token of before is good", async (stack) => {
    const { tokens } = await signIn(stack);
    expect(await say(stack, ["rotate-keys", "--now"])).toMatchObject({ code: 0 });
    expect(await statusWith(stack, tokens.access_token)).toBe(200);
    expect(await statusWith(stack, (await signIn(stack)).tokens.access_token)).toBe(200);
  });

  test("status tells each server's sessions, without an id that is of use", async (stack) => {
    const session = await openSession(stack, "memory");
    const { sessions } = await ask(stack, "status");
    expect(sessions.memory.length).toBeGreaterThan(0);
    expect(JSON.stringify(sessions)).not.toContain(session["mcp-session-id"]);
    expect((await say(stack, ["status"])).printed).toMatch(/SESSION +SERVER +PROCESS/);
  });

  test("doctor looks at the containers, names, certificates and each way to sign in", async (stack) => {
    const subjects = ["names", "certificates", "redis", "sign-in", "clock"];
    const { code, printed } = await say(stack, ["doctor", ...subjects]);
    expect([code, printed]).toEqual([0, expect.stringContaining("container redis")]);
    expect(printed).toContain("sign-in to memory");
    expect(printed).toMatch(/^ok +Redis: answers, and keeps what it acknowledged$/m);
  });

  test("connect names a server's public URL", async (stack) => {
    const { printed } = await say(stack, ["connect", "claude-code", "memory"]);
    expect(printed).toContain(stack.mcpUrl("memory"));
  });
}
