import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { connectSdkV1 as signInSdkV1 } from "../src/clients/sdk-v1.ts";
import { connectSdkV2 as signInSdkV2 } from "../src/clients/sdk-v2.ts";
import type { ConnectEraClient, EraClient } from "../src/eras/era-client.ts";
import { servers } from "../src/eras/pairs.ts";
import { connectSdkV1 } from "../src/eras/sdk-v1.ts";
import { connectSdkV2Legacy, connectSdkV2Modern } from "../src/eras/sdk-v2.ts";
import { obtainTokens } from "../src/oauth.ts";
import { parts } from "../src/parts.ts";
import { PlainBrowser } from "../src/person.ts";
import { until } from "../src/processes.ts";
import { type ReplicatedStand, startReplicatedStand } from "../src/replicated-stand.ts";
import { testWith } from "../src/test-with.ts";

const test = testWith("redis-server", "traefik");
const journal = "/dev/null";
const clients: readonly [string, ConnectEraClient][] = [
  ["SDK v1", connectSdkV1],
  ["SDK v2 in the older wire", connectSdkV2Legacy],
  ["SDK v2", connectSdkV2Modern],
];
/** Traefik gives requests to the replicas in turn: of so many in a row some come to the wrong one. */
const many = Array.from({ length: 6 }, (_, at) => `name ${at}?`);
const accepted = (message: string) => ({ text: `accept to ${message}`, isError: false });

describe.each([
  ["the older wire", "SDK v1"],
  ["the newer wire", "SDK v2"],
])("two replicas of a server of %s, behind Traefik", (_wire, name) => {
  let stand: ReplicatedStand;
  beforeAll(async () => {
    if (parts["redis-server"] === undefined || parts.traefik === undefined) return;
    const command = servers.find((server) => server.name === name)?.command(journal) ?? [];
    stand = await startReplicatedStand(command, "r1", "r2");
  }, 120_000);
  afterAll(async () => stand?.[Symbol.asyncDispose](), 60_000);

  async function connect(connectClient: ConnectEraClient): Promise<EraClient> {
    const { tokens } = await obtainTokens(stand.issuer, stand.mcpUrl, new PlainBrowser());
    return connectClient(stand.mcpUrl, { user: "alice", accessToken: tokens.access_token });
  }

  test("let clients in that know nothing but the URL, whichever of them is asked", async () => {
    const signedIn = [
      () => signInSdkV1(stand.mcpUrl, new PlainBrowser()),
      () => signInSdkV2(stand.mcpUrl, new PlainBrowser(), "auto"),
    ];
    for (const signIn of signedIn) {
      await using client = await signIn();
      for (let at = 0; at < 4; at += 1) expect(await client.listTools()).toContain("elicit");
    }
  }, 60_000);

  for (const [client, connectClient] of clients) {
    test(`ask a client with ${client} one form after the other, and take each answer, wherever it comes`, async () => {
      await using connected = await connect(connectClient);
      for (const message of many) expect(await connected.call("elicit", { message })).toEqual(accepted(message));
    }, 60_000);

    test(`ask a client with ${client} for a sampling and its roots`, async () => {
      await using connected = await connect(connectClient);
      for (let at = 0; at < 2; at += 1) {
        expect(await connected.call("sample", { message: "1 + 1?" })).toEqual({ text: "to 1 + 1?", isError: false });
        expect(await connected.call("roots")).toEqual({ text: "file:///srv", isError: false });
      }
    }, 60_000);
  }

  test("keep a client's calls at one time apart, and answer each its own", async () => {
    await using connected = await connect(connectSdkV2Modern);
    const outcomes = await Promise.all(many.map((message) => connected.call("elicit", { message })));
    expect(outcomes).toEqual(many.map(accepted));
  }, 60_000);

  test("have passed on what came to the wrong one of them", async () => {
    expect(await stand.relayed()).toBeGreaterThan(many.length);
  });

  for (const [client, connectClient] of clients) {
    test(`serve a client with ${client} again when one of them is killed, and with both when it is back`, async () => {
      const served = async () => {
        await using connected = await connect(connectClient); // as a client does that was told 404
        for (const message of many) expect(await connected.call("elicit", { message })).toEqual(accepted(message));
        return true;
      };
      await stand.kill("r2");
      await until(() => served().catch(() => undefined), "the other one alone", 60_000);
      await stand.start("r2");
      expect(await served()).toBe(true);
    }, 180_000);
  }
});
