import { expect, test } from "@jest/globals";
import { decodedToken } from "../../src/domain/decoded-token.ts";

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");

test.each([
  ["an opaque token", "abcdef"],
  ["two parts", `${encoded({})}.${encoded({})}`],
  ["five parts, encrypted", `${encoded({})}.${encoded({})}.a.b.c`],
  ["a header that is no JSON", `abc.${encoded({})}.s`],
  ["claims that are a list", `${encoded({})}.${encoded([])}.s`],
  ["nothing", ""],
])("%s is no JWT", (_what, token) => {
  expect(decodedToken(token)).toBeUndefined();
});

test("a JWT is its header and claims, without what identifies it", () => {
  expect(decodedToken(`${encoded({ alg: "ES256" })}.${encoded({ sub: "a", jti: "12345", sid: "678" })}.sig`)).toEqual({
    header: { alg: "ES256" },
    payload: { sub: "a", jti: "(not shown, 5 characters)", sid: "(not shown, 3 characters)" },
  });
});
