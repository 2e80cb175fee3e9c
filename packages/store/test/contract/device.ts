import { describe, expect, test } from "@jest/globals";
import type { DeviceAuthorization } from "../../src/index.ts";
import type { Subject } from "../contract.ts";
import { oddText, sampleGrant } from "./samples.ts";

/** The contract of device codes (RFC 8628). */
export function describeDevice(subject: Subject): void {
  describe("device codes", () => {
    const codes = { deviceCode: "d1", userCode: "u1" };
    const user = { sub: "gh|1", login: "octocat" };
    const approval = { user, authTime: 1, resource: "https://time.example.com/mcp", scope: "mcp" };
    const asked = (): DeviceAuthorization => ({
      clientId: "c1",
      scope: "mcp",
      expiresAt: subject.now + 600,
      interval: 5,
      grantId: "g1",
    });
    const poll = () => subject.store.deviceCodes.poll("d1", "c1");

    test("is found by its user code until it is decided", async () => {
      const { deviceCodes } = subject.store;
      expect(await deviceCodes.findWaiting("u1")).toBeUndefined();
      expect(await deviceCodes.issue(codes, asked())).toBe(true);
      expect(await deviceCodes.findWaiting("u1")).toEqual(asked());
      expect(await deviceCodes.findWaiting(oddText)).toBeUndefined();
      expect(await deviceCodes.decide("u1", approval)).toBe(true);
      expect(await deviceCodes.findWaiting("u1")).toBeUndefined();
      expect(await deviceCodes.decide("u1", "denied")).toBe(false);
    });

    test("a user code in use is not given again, one that has expired is", async () => {
      const { deviceCodes } = subject.store;
      const once = asked();
      await deviceCodes.issue(codes, once);
      expect(await deviceCodes.issue({ deviceCode: "d2", userCode: "u1" }, once)).toBe(false);
      expect(await deviceCodes.poll("d2", "c1")).toEqual({ state: "unknown" });
      subject.now += 600;
      expect(await deviceCodes.issue({ deviceCode: "d2", userCode: "u1" }, asked())).toBe(true);
    });

    test("is pending, then approved once, then unknown", async () => {
      const { deviceCodes } = subject.store;
      await deviceCodes.issue(codes, asked());
      const authorization = asked();
      expect(await poll()).toEqual({ state: "pending" });
      await deviceCodes.decide("u1", approval);
      subject.now += 5;
      const answers = await Promise.all(Array.from({ length: 6 }, poll));
      expect(answers.filter(({ state }) => state === "approved")).toEqual([
        { state: "approved", authorization, approval },
      ]);
      expect(await poll()).toEqual({ state: "unknown" });
    });

    test("a refusal is told, once", async () => {
      await subject.store.deviceCodes.issue(codes, asked());
      await subject.store.deviceCodes.decide("u1", "denied");
      expect(await poll()).toEqual({ state: "denied" });
      expect(await poll()).toEqual({ state: "unknown" });
    });

    test("RFC 8628 3.5: each poll that comes too fast makes the interval 5 s longer, for good", async () => {
      await subject.store.deviceCodes.issue(codes, asked());
      const answers: string[] = [];
      for (const wait of [0, 3, 9, 10, 14, 15]) {
        subject.now += wait;
        answers.push((await poll()).state);
      }
      expect(answers).toEqual(["pending", "too-fast", "pending", "pending", "pending", "pending"]);
      subject.now += 8;
      expect((await poll()).state).toBe("too-fast");
      subject.now += 10;
      expect((await poll()).state).toBe("too-fast");
    });

    test("is expired from its end on, whatever was decided, and unknown ten minutes later", async () => {
      const { deviceCodes } = subject.store;
      await deviceCodes.issue(codes, asked());
      await deviceCodes.decide("u1", approval);
      subject.now += 600;
      expect(await poll()).toEqual({ state: "expired" });
      subject.now += 600;
      expect(await poll()).toEqual({ state: "unknown" });
    });

    test("another client's is unknown, and stays as it was", async () => {
      await subject.store.deviceCodes.issue(codes, asked());
      await subject.store.deviceCodes.decide("u1", approval);
      expect(await subject.store.deviceCodes.poll("d1", "c2")).toEqual({ state: "unknown" });
      expect((await poll()).state).toBe("approved");
    });

    test("of two decisions at once one counts", async () => {
      await subject.store.deviceCodes.issue(codes, asked());
      const decisions = [approval, "denied" as const, approval, "denied" as const];
      const counted = await Promise.all(decisions.map((one) => subject.store.deviceCodes.decide("u1", one)));
      expect(counted.filter(Boolean)).toHaveLength(1);
    });

    test("the end of all that is a user's ends approvals on their way, and the grant in the making", async () => {
      const { deviceCodes, grants } = subject.store;
      await deviceCodes.issue(codes, asked());
      await deviceCodes.issue({ deviceCode: "d2", userCode: "u2" }, { ...asked(), grantId: "g2" });
      await deviceCodes.decide("u1", approval);
      await deviceCodes.decide("u2", approval);
      expect((await deviceCodes.poll("d2", "c1")).state).toBe("approved");
      await grants.revokeUser(user.sub);
      expect(await poll()).toEqual({ state: "unknown" });
      await grants.create(sampleGrant("g2", subject.now, { user }), undefined); // the exchange of d2, under way
      expect(await grants.find("g2")).toBeUndefined();
    });
  });
}
