import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import type { EraClient } from "../../src/eras/era-client.ts";
import { type EraStand, startEraStand } from "../../src/eras/era-stand.ts";
import { clients, needsOf, type PairedClient, servers } from "../../src/eras/pairs.ts";
import { parts } from "../../src/parts.ts";
import { testWith } from "../../src/test-with.ts";

/** What a call asks its client, and what comes of the answer. */
const trips = [
  ["a form that is accepted", "elicit", { message: "your name?" }, "accept to your name?"],
  ["a form that is declined", "elicit", { message: "decline: your name?" }, "decline"],
  ["a form that is cancelled", "elicit", { message: "cancel: your name?" }, "cancel"],
  ["a sampling", "sample", { message: "1 + 1?" }, "to 1 + 1?"],
  ["its roots", "roots", {}, "file:///srv"],
] as const;

describe.each(servers)("in front of a server with $name", (server) => {
  let stand: EraStand | undefined;
  const connected = new Map<PairedClient, EraClient>();
  const isThere = (paired: PairedClient) => needsOf(paired, server).every((part) => parts[part] !== undefined);

  beforeAll(async () => {
    if (!clients.some(isThere)) return;
    stand = await startEraStand(server);
    const { url } = stand;
    const connect = async (paired: PairedClient) => {
      connected.set(paired, await paired.connect(url, { user: paired.name }));
    };
    await Promise.all(clients.filter(isThere).map(connect));
  }, 90_000);
  afterAll(async () => {
    await Promise.all([...connected.values()].map((client) => client[Symbol.asyncDispose]()));
    await stand?.[Symbol.asyncDispose]();
  }, 30_000);

  describe.each(clients)("a client with $name", (paired) => {
    const call: EraClient["call"] = (...asked) => (connected.get(paired) as EraClient).call(...asked);
    const test = testWith(...needsOf(paired, server));
    for (const [what, tool, args, text] of trips) {
      test(`is asked for ${what}`, async () => expect(await call(tool, args)).toEqual({ text, isError: false }));
    }

    test("that fails to answer ends the call with an error, and is served again", async () => {
      expect(await call("sample", { message: "refuse: 1 + 1?" })).toMatchObject({ isError: true });
      expect(await call("sample", { message: "2 + 2?" })).toEqual({ text: "to 2 + 2?", isError: false });
    });

    test("with calls at one time answers each of them its own", async () => {
      const messages = ["a", "b", "c"];
      const outcomes = await Promise.all(messages.map((message) => call("elicit", { message })));
      expect(outcomes.map(({ text }) => text)).toEqual(messages.map((message) => `accept to ${message}`));
    });
  });
});
