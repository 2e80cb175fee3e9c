import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { eventually } from "../waiting.ts";
import { listenTo } from "./samples.ts";

/** The contract of `Feed`; what it says of each revocation is with the grants. */
export function describeFeed(subject: Subject): void {
  describe("feed", () => {
    test("tells every listener, in order, from its subscription on, until it stops", async () => {
      const { grants } = subject.store;
      const [early, stopped] = [await listenTo(subject.store), await listenTo(subject.store)];
      await grants.revokeAccessToken("first", subject.now + 10);
      expect(await early.until(1)).toEqual(await stopped.until(1));
      await stopped.stop();
      const late = await listenTo(subject.store);
      await grants.revokeAccessToken("second", subject.now + 10);
      await late.until(1);
      await early.until(2);
      const jtis = (heard: typeof early) => heard.events.map((event) => "jti" in event && event.jti);
      expect(jtis(early)).toEqual(["first", "second"]);
      expect(jtis(late)).toEqual(["second"]);
      expect(jtis(stopped)).toEqual(["first"]);
    });

    test("is known to be alive", () => eventually("the feed is alive", () => subject.store.feed.silentFor() < 1_000));
  });
}
