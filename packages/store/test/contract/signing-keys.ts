import { describe, expect, test } from "@jest/globals";
import type { Subject } from "../contract.ts";
import { listenTo, oddText } from "./samples.ts";

/** The contract of `SealedSigningKeys`. */
export function describeSigningKeys(subject: Subject): void {
  describe("sealed signing keys", () => {
    test("are not there at first, then stay as they were kept", async () => {
      const { signingKeys } = subject.store;
      expect(await signingKeys.read()).toBeUndefined();
      expect(await signingKeys.replace(undefined, oddText)).toBe(true);
      subject.now += 10 * 365 * 86_400;
      expect(await signingKeys.read()).toBe(oddText);
    });

    test.each<[string, string | undefined]>([
      ["what is not there", "other"],
      ["nothing, where something is", undefined],
    ])("are not put in the place of %s", async (_what, previous) => {
      const { signingKeys } = subject.store;
      await signingKeys.replace(undefined, "first");
      expect(await signingKeys.replace(previous, "second")).toBe(false);
      expect(await signingKeys.read()).toBe("first");
    });

    test("of many that are put in one place at once exactly one is kept", async () => {
      const { signingKeys } = subject.store;
      await signingKeys.replace(undefined, "first");
      const texts = Array.from({ length: 10 }, (_, index) => `text ${index}`);
      const kept = await Promise.all(texts.map((text) => signingKeys.replace("first", text)));
      expect(texts.filter((_, index) => kept[index])).toEqual([await signingKeys.read()]);
    });

    test("tell the feed of a change, and of nothing else", async () => {
      const { signingKeys } = subject.store;
      const { events, stop, until } = await listenTo(subject.store);
      await signingKeys.replace("other", "second");
      await signingKeys.replace(undefined, "first");
      await signingKeys.replace("first", "second");
      await until(2);
      expect(events).toEqual([{ kind: "signing-keys-changed" }, { kind: "signing-keys-changed" }]);
      await stop();
    });
  });
}
