import { afterEach, describe, expect, test } from "@jest/globals";
import { Slots } from "../../src/child/slots.ts";
import { InteractiveSlots } from "../../src/modern/interactive-slots.ts";
import { until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const canElicit = { capabilities: { elicitation: {} } };

describe("slots for processes whose calls may ask their users something", () => {
  const open = (max: number, sessions = 10) => {
    const idle: (() => void)[] = [];
    let freed = 0;
    const end = () => idle.shift()?.();
    const interactive = new InteractiveSlots({
      slots: new Slots({ sessions, sessionsPerUser: sessions }),
      max,
      idlest: () => (idle.length > 0 ? { end } : undefined),
      onFree: () => (freed += 1),
    });
    return { interactive, idle, freed: () => freed };
  };

  test("are refused beyond as many as there are, whosever they are", () => {
    const { interactive } = open(2);
    interactive.take("ann", "1");
    interactive.take("ben", "1");
    expect(interactive.hasRoom).toBe(false);
    expect(() => interactive.take("cat", "7")).toThrow(expect.objectContaining({ refusal: "too_many_dialogues" }));
  });

  test("are slots of the server, too", () => {
    const { interactive } = open(2, 1);
    interactive.take("ann", "1");
    expect(() => interactive.take("ben", "1")).toThrow(expect.objectContaining({ refusal: "too_many_sessions" }));
  });

  test("are freed once each", () => {
    const { interactive, freed } = open(1);
    const free = interactive.take("ann", "1");
    free();
    free();
    expect([freed(), interactive.hasRoom]).toEqual([1, true]);
    interactive.take("ben", "1");
    expect(interactive.hasRoom).toBe(false);
  });

  test("are taken from what has nothing to do", () => {
    const { interactive, idle } = open(1);
    idle.push(interactive.take("ann", "1"));
    expect(interactive.hasRoom).toBe(true);
    interactive.take("ben", "1");
    expect([idle.length, interactive.hasRoom]).toEqual([0, false]);
  });
});

describe("more users that may be asked something than a server has processes for", () => {
  let proxy: RunningProxy;
  const of = (user: string) => ModernClient.of(user, proxy.url);
  const open = async (max: number) => {
    proxy = await openProxy({ era: "legacy", limits: { leases: { max, maxPerUser: 4, wait: 100 } } });
  };
  afterEach(() => proxy.close());
  const hang = async (user: string) => {
    const call = await of(user).stream("tools/call", { name: "hang", arguments: {} }, canElicit);
    await call.frame();
    return call;
  };

  test("are 503 with Retry-After while each is at work; who can be asked nothing is served", async () => {
    await open(1);
    const call = await hang("ann");
    const { status, headers, json } = await of("ben").call("pid", {}, canElicit);
    expect([status, headers["retry-after"], json?.error?.code]).toEqual([503, "5", -32603]);
    expect(await of("ben").tool("pid")).toMatch(/^\d+$/);
    call.close();
  });

  test("are served in the process that was idle for longest, which ends", async () => {
    await open(2);
    const first = await of("ann").tool("pid", {}, canElicit);
    const second = await of("ben").tool("pid", {}, canElicit);
    await of("cat").tool("pid", {}, canElicit);
    expect(await of("ben").tool("pid", {}, canElicit)).toBe(second);
    expect(await of("ann").tool("pid", {}, canElicit)).not.toBe(first);
    await until(() => proxy.modern.children === 2);
  });

  test("do not end the process of who listens to it", async () => {
    await open(1);
    const listening = await of("ann").listen({ toolsListChanged: true }, canElicit);
    await listening.next(); // what is honoured
    expect((await of("ben").call("pid", {}, canElicit)).status).toBe(503);
    listening.close();
  });

  test("wait for room behind the user's own calls, and are served when another's process is done", async () => {
    await open(2);
    const own = await hang("ann");
    const { json } = await of("ben").call("elicit", { message: "?" }, canElicit);
    const { requestState, inputRequests = {} } = { ...json?.result } as Record<string, string | object>;
    const waiting = of("ann").tool("pid", {}, canElicit);
    const inputResponses = Object.fromEntries(Object.keys(inputRequests).map((key) => [key, { action: "decline" }]));
    await of("ben").call("elicit", { message: "?" }, canElicit, { requestState, inputResponses });
    expect(await waiting).toMatch(/^\d+$/);
    own.close();
  });
});
