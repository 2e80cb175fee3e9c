import { beforeAll, describe, expect, test } from "@jest/globals";
import { isSealedBackup, openBackup, type SealedBackup, sealBackup } from "../../src/domain/sealed-backup.ts";

const text = '{"format":"a backup","of":"ключ 🗝️"}';

describe("an encrypted backup", () => {
  let sealed: SealedBackup;
  beforeAll(async () => {
    sealed = await sealBackup(text, "correct horse battery");
  });

  test("is known as one, and holds nothing that can be read", () => {
    expect(isSealedBackup(sealed)).toBe(true);
    expect(isSealedBackup(JSON.parse(text))).toBe(false);
    expect(Buffer.from(sealed.sealed, "base64").toString("latin1")).not.toContain("backup");
  });

  test("opens by its passphrase, however the system writes its letters", async () => {
    expect(await openBackup(sealed, "correct horse battery")).toBe(text);
    const composed = await sealBackup(text, "caf\u00e9 caf\u00e9 caf\u00e9");
    expect(await openBackup(composed, "cafe\u0301 cafe\u0301 cafe\u0301")).toBe(text);
  });

  const flipped = (base64: string, at: number) => {
    const bytes = Buffer.from(base64, "base64");
    bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1;
    return bytes.toString("base64");
  };
  test.each<[string, (whole: SealedBackup) => unknown, string?]>([
    ["another passphrase", (whole) => whole, "correct horse batterz"],
    ["a changed text", (whole) => ({ ...whole, sealed: flipped(whole.sealed, 0) })],
    ["a changed tag", (whole) => ({ ...whole, sealed: flipped(whole.sealed, -1) })],
    ["a tag cut short", (whole) => ({ ...whole, sealed: whole.sealed.slice(0, 8) })],
    ["a changed salt", (whole) => ({ ...whole, salt: flipped(whole.salt, 0) })],
    ["a nonce of another length", (whole) => ({ ...whole, nonce: "AAAA" })],
    ["another version", (whole) => ({ ...whole, version: 2 })],
    ["nothing", () => null],
  ])("does not open with %s", async (_what, change, passphrase = "correct horse battery") => {
    expect(await openBackup(change(sealed), passphrase)).toBeUndefined();
  });

  test("is another one each time", async () => {
    expect((await sealBackup(text, "correct horse battery")).sealed).not.toBe(sealed.sealed);
  });
});
