import { expect, test } from "@jest/globals";
import { openSuccessor, sealSuccessor } from "../src/sealed-successor.ts";

const successor = { accessToken: "a.b.c", refreshToken: "r", scope: "mcp", expiresAt: 1 };

test("the presented token opens what it sealed", () => {
  expect(openSuccessor("token", sealSuccessor("token", successor))).toEqual(successor);
});

test("another token does not", () => {
  expect(() => openSuccessor("other", sealSuccessor("token", successor))).toThrow();
});

test("a changed text does not open", () => {
  const sealed = Buffer.from(sealSuccessor("token", successor), "base64url");
  sealed.writeUInt8(sealed.readUInt8(40) ^ 1, 40);
  expect(() => openSuccessor("token", sealed.toString("base64url"))).toThrow();
});

test("the same pair is sealed differently each time, and holds no token in clear", () => {
  const [one, other] = [sealSuccessor("token", successor), sealSuccessor("token", successor)];
  expect(one).not.toBe(other);
  expect(Buffer.from(one, "base64url").toString("latin1")).not.toContain("a.b.c");
});
