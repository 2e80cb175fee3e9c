import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { oddText, sampleSession } from "./samples.ts";

/** The contract of MCP sessions and replicas. */
export function describeProxies(subject: Subject): void {
  describe("MCP sessions", () => {
    test("is kept, kept again, found and ended", async () => {
      const { mcpSessions } = subject.store;
      const session = sampleSession(oddText, subject.now, { tools: [oddText] });
      await mcpSessions.keep(session, subject.now + 10);
      await mcpSessions.keep({ ...session, lastAccessed: subject.now + 5 }, subject.now + 15);
      subject.now += 14;
      expect(await mcpSessions.find(oddText)).toEqual({ ...session, lastAccessed: session.createdAt + 5 });
      await mcpSessions.end(oddText);
      expect(await mcpSessions.find(oddText)).toBeUndefined();
      expect(await mcpSessions.list()).toEqual([]);
      await expect(mcpSessions.end("unknown")).resolves.toBeUndefined();
    });

    test("lists those alive, oldest first", async () => {
      const { mcpSessions } = subject.store;
      const { now } = subject;
      await mcpSessions.keep(sampleSession("young", now + 2), now + 100);
      await mcpSessions.keep(sampleSession("old", now), now + 100);
      await mcpSessions.keep(sampleSession("short", now), now + 1);
      await mcpSessions.keep(sampleSession("old", now, { lastAccessed: now + 9 }), now + 100);
      subject.now += 1;
      expect((await mcpSessions.list()).map(({ sessionId }) => sessionId)).toEqual(["old", "young"]);
    });
  });

  describe("replicas", () => {
    test("lists those whose heartbeat is fresh, by name, with their last address", async () => {
      const { replicas } = subject.store;
      const { now } = subject;
      await replicas.heartbeat({ name: "b", address: "10.0.0.2:3000" }, now + 10);
      await replicas.heartbeat({ name: "a", address: "10.0.0.1:3000" }, now + 10);
      await replicas.heartbeat({ name: "gone", address: "10.0.0.3:3000" }, now + 5);
      await replicas.heartbeat({ name: "a", address: "10.0.0.9:3000" }, now + 10);
      subject.now += 5;
      expect(await replicas.live()).toEqual([
        { name: "a", address: "10.0.0.9:3000" },
        { name: "b", address: "10.0.0.2:3000" },
      ]);
      await replicas.leave("a");
      expect((await replicas.live()).map(({ name }) => name)).toEqual(["b"]);
    });
  });

  describe("a requestState", () => {
    test("is used once, also where many use it at one time", async () => {
      const { requestStateUses } = subject.store;
      const uses = Array.from({ length: 10 }, () => requestStateUses.spend("s", subject.now + 300));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
      expect(await requestStateUses.spend("s", subject.now + 300)).toBe(false);
      expect(await requestStateUses.spend(oddText, subject.now + 300)).toBe(true);
    });

    test("can be used again when nothing came of the use, or when it would have ended anyway", async () => {
      const { requestStateUses } = subject.store;
      await requestStateUses.spend("s", subject.now + 300);
      await requestStateUses.giveBack("s");
      expect(await requestStateUses.spend("s", subject.now + 300)).toBe(true);
      subject.now += 300;
      expect(await requestStateUses.spend("s", subject.now + 300)).toBe(true);
      await expect(requestStateUses.giveBack("unknown")).resolves.toBeUndefined();
    });
  });

  describe("what a server speaks", () => {
    test("is kept by its definition, and no longer than was said", async () => {
      const { eraVerdicts } = subject.store;
      const verdict = { legacy: true, modern: false, definition: "d", probedAt: subject.now };
      await eraVerdicts.keep({ ...verdict, modern: true }, subject.now + 10);
      await eraVerdicts.keep(verdict, subject.now + 10);
      expect(await eraVerdicts.find("d")).toEqual(verdict);
      expect(await eraVerdicts.find("other")).toBeUndefined();
      subject.now += 10;
      expect(await eraVerdicts.find("d")).toBeUndefined();
    });
  });
}
