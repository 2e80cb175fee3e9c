import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import type { ClientOptions } from "../eras/era-client.ts";
import { type EraStand, startEraStand } from "../eras/era-stand.ts";
import { needsOf, type PairedClient, type PairedServer } from "../eras/pairs.ts";
import { parts } from "../parts.ts";
import { testWith } from "../test-with.ts";

let users = 0;

/** What becomes of calls that are given up, and of questions that are not answered. */
export function interruptionTests(server: PairedServer, clients: readonly PairedClient[]): void {
  let stand: EraStand;
  beforeAll(async () => {
    if (server.needs === undefined || parts[server.needs] !== undefined) stand = await startEraStand(server);
  }, 90_000);
  afterAll(async () => stand?.[Symbol.asyncDispose]());

  describe.each(clients)("a client with $name", (paired) => {
    const test = testWith(...needsOf(paired, server));
    const connect = (options: Partial<ClientOptions> = {}) => {
      users += 1;
      return paired.connect(stand.url, { user: `user-${users}`, ...options });
    };
    /** A call that the server works on until nobody wants it. */
    const working = async () => {
      const client = await connect();
      const atWork = signal();
      const gone = new AbortController();
      const outcome = client.call("work", {}, { onProgress: atWork.tell, signal: gone.signal });
      await atWork.told;
      return { client, outcome, gone };
    };

    test("that no longer wants the answer cancels the call", async () => {
      const { client, outcome, gone } = await working();
      const before = (await stand.journal()).length;
      gone.abort();
      await stand.untilNoted("cancelled", before);
      expect(await outcome).toMatchObject({ isError: true });
      await client[Symbol.asyncDispose]();
    });

    test("that waits no longer cancels the call", async () => {
      const before = (await stand.journal()).length;
      await using client = await connect();
      await client.call("pid"); // its process has started
      expect(await client.call("work", {}, { timeout: 1_000 })).toMatchObject({ isError: true });
      await stand.untilNoted("cancelled", before);
    });

    test("that goes away while it is asked leaves its user another client, which is asked its own question", async () => {
      const [first, second] = [signal(), [] as string[]];
      const user = `asked ${paired.name}`;
      const gone = await connect({ user, onForm: first.tellAndHang });
      void gone.call("elicit", { message: "of the first" });
      await first.told;
      await gone.disconnect();
      await using client = await connect({ user, onForm: (message) => void second.push(message) });
      expect(await client.call("elicit", { message: "of the second" })).toMatchObject({
        text: "accept to of the second",
      });
      expect(second).toEqual(["of the second"]);
    });

    test("that goes away after its answer leaves its user another client", async () => {
      const before = (await stand.journal()).length;
      const user = `answered ${paired.name}`;
      const gone = await connect({ user });
      void gone.call("elicitAndWork", { message: "may I?" });
      await stand.untilNoted("working", before);
      await gone.disconnect();
      if (paired.era === "modern") await stand.untilNoted("cancelled", before);
      await using client = await connect({ user });
      expect(await client.call("elicit", { message: "again?" })).toMatchObject({ text: "accept to again?" });
      expect((await stand.journal()).slice(before)).toContain("accept to may I?");
    });

    test("of another user is asked nothing of the first, and is served by another process", async () => {
      const heard: [string, string][] = [];
      const names = ["ann", "ben"].map((name) => `${name} with ${paired.name}`);
      const both = await Promise.all(
        names.map((user) => connect({ user, onForm: (message) => void heard.push([user, message]) })),
      );
      const outcomes = await Promise.all(
        both.map((client, index) => client.call("elicit", { message: `${names[index]}?` })),
      );
      expect(outcomes.map(({ text }) => text)).toEqual(names.map((user) => `accept to ${user}?`));
      expect(heard.sort()).toEqual(names.map((user) => [user, `${user}?`]));
      const pids = await Promise.all(both.map((client) => client.call("pid")));
      expect(pids[0]?.text).not.toBe(pids[1]?.text);
      for (const client of both) await client[Symbol.asyncDispose]();
    });

    if (!server.eras.includes("modern")) {
      test("that answers after the server has given up gets what came of the call without", async () => {
        const before = (await stand.journal()).length;
        await using client = await connect({ onForm: () => stand.untilNoted("gave up", before) });
        expect(await client.call("elicitBriefly", { message: "quick?" })).toEqual({ text: "gave up", isError: false });
      });
    }
  });
}

/** Something that happens once. */
function signal() {
  let tell = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const tellAndHang = () => {
    tell();
    return new Promise<void>(() => {});
  };
  return { told, tell: () => tell(), tellAndHang };
}
