import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type EraStand, startEraStand } from "../../src/eras/era-stand.ts";
import { type Call, connectManually } from "../../src/eras/manual-client.ts";
import { servers } from "../../src/eras/pairs.ts";

const clock = fileURLToPath(new URL("../../fixtures/eras/movable-clock.js", import.meta.url));
const withClock = { NODE_OPTIONS: `--import=${clock}` };
const refused = { code: -32602, message: expect.stringContaining("Invalid or expired requestState") };
const call: Call = { tool: "elicit", args: { message: "?" } };

let users = 0;
const anyone = () => {
  users += 1;
  return `user-${users}`;
};

/** Who comes back to a question of somebody's call, with which requestState, and what for. */
interface Foreign {
  readonly user?: string;
  readonly call?: Call;
  readonly change?: (state: string) => unknown;
}

const foreign: readonly [string, Foreign][] = [
  ["altered in its last character", { change: (state) => state.replace(/.$/, (last) => (last === "A" ? "B" : "A")) }],
  ["altered in its key's name", { change: (state) => state.replace(/^v1\.[\w-]+\./, "v1.other.") }],
  ["truncated", { change: (state) => state.slice(0, -20) }],
  ["empty", { change: () => "" }],
  ["another user's", { user: "somebody else" }],
  ["of another tool", { call: { ...call, tool: "elicitAndWork" } }],
  ["of other arguments", { call: { ...call, args: { message: "another?" } } }],
];

describe.each(servers.filter(({ eras, needs }) => eras.length === 1 && !needs))(
  "in front of a server with $name, a requestState",
  (server) => {
    let stand: EraStand;
    let other: EraStand;
    beforeAll(async () => {
      [stand, other] = await Promise.all([startEraStand(server, withClock), startEraStand(server)]);
    }, 30_000);
    afterAll(async () => {
      await Promise.all([stand, other].map((each) => each?.[Symbol.asyncDispose]()));
    });

    test.each(foreign)("that is %s is refused, and the call's own goes on", async (_what, { user, change, ...as }) => {
      const owner = anyone();
      await using asked = await connectManually(stand.url, owner);
      const question = await asked.ask(call);
      await using coming = await connectManually(stand.url, user ?? owner);
      const state = change?.(question.requestState);
      expect(await coming.accept(as.call ?? call, question, state)).toEqual(refused);
      expect(await asked.accept(call, question)).toEqual({ text: "accept Ann" });
    });

    test("of another server is refused", async () => {
      const user = anyone();
      await using there = await connectManually(other.url, user);
      await using here = await connectManually(stand.url, user);
      expect(await here.accept(call, await there.ask(call))).toEqual(refused);
    });

    test("is good once", async () => {
      await using client = await connectManually(stand.url, anyone());
      const question = await client.ask(call);
      expect(await client.accept(call, question)).toEqual({ text: "accept Ann" });
      expect(await client.accept(call, question)).toEqual(refused);
    });

    test("is good once, though two come at one time", async () => {
      await using client = await connectManually(stand.url, anyone());
      const question = await client.ask(call);
      const both = await Promise.all([client.accept(call, question), client.accept(call, question)]);
      expect(both.filter((retried) => "text" in retried)).toHaveLength(1);
      expect(both).toContainEqual(refused);
    });

    test("is too old after some hours", async () => {
      await using client = await connectManually(stand.url, anyone());
      const question = await client.ask(call);
      await stand.moveClock();
      expect(await client.accept(call, question)).toEqual(refused);
    });
  },
);
