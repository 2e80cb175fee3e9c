import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { decodeObject, isSignedBy, type JwsAlgorithm, parseJwt, signJwt, signJwtOffLoop } from "../src/index.ts";

const pairs = {
  RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
};
const claims = { sub: "gh|1", name: "Zoë", exp: 1_800_000_000, absent: undefined };
const algorithms: readonly [JwsAlgorithm][] = [["RS256"], ["ES256"]];
const keyOf = (algorithm: JwsAlgorithm) => ({ kid: "k1", algorithm, privateKey: pairs[algorithm].privateKey });
const partsOf = (token: string) => {
  const end = token.lastIndexOf(".");
  return { signed: token.slice(0, end), signature: Buffer.from(token.slice(end + 1), "base64url") };
};

describe("JWTs in compact serialization (RFC 7515 7.1)", () => {
  test.each(algorithms)("signed with %s are what another implementation reads", async (algorithm) => {
    for (const token of [
      signJwt(claims, "x+jwt", keyOf(algorithm)),
      await signJwtOffLoop(claims, "x+jwt", keyOf(algorithm)),
    ]) {
      expect(
        jwt.verify(token, pairs[algorithm].publicKey, { algorithms: [algorithm], complete: true, clockTimestamp: 0 }),
      ).toMatchObject({
        header: { alg: algorithm, typ: "x+jwt", kid: "k1" },
        payload: { sub: "gh|1", name: "Zoë", exp: 1_800_000_000 },
      });
    }
  });

  test.each(algorithms)("of another implementation are checked with %s", (algorithm) => {
    const { signed, signature } = partsOf(jwt.sign({ sub: "x" }, pairs[algorithm].privateKey, { algorithm }));
    expect(isSignedBy(pairs[algorithm].publicKey, signed, signature)).toBe(true);
    expect(isSignedBy(pairs[algorithm].publicKey, `${signed}A`, signature)).toBe(false);
  });

  test.each(algorithms)("signed with the other algorithm are not of a key of %s", (algorithm) => {
    const other = algorithm === "RS256" ? "ES256" : "RS256";
    const { signed, signature } = partsOf(signJwt(claims, "x+jwt", keyOf(other)));
    expect(isSignedBy(pairs[algorithm].publicKey, signed, signature)).toBe(false);
  });

  test("each has its own header, whichever was read or written before it", () => {
    const one = keyOf("ES256");
    const [first, second, third] = [
      signJwt({}, "a+jwt", one),
      signJwt({}, "b+jwt", one),
      signJwt({}, "a+jwt", keyOf("RS256")),
    ];
    const headers = [first, second, second, third, first].map((token) => parseJwt(token)?.header);
    expect(headers.map((header) => [header?.typ, header?.alg])).toEqual([
      ["a+jwt", "ES256"],
      ["b+jwt", "ES256"],
      ["b+jwt", "ES256"],
      ["a+jwt", "RS256"],
      ["a+jwt", "ES256"],
    ]);
  });

  test.each([0, 1, 2_000, 9_000])("holds claims of any length, after longer ones too: %d characters", (length) => {
    signJwt({ name: "ü".repeat(9_000) }, "x+jwt", keyOf("ES256"));
    const own = { name: "€".repeat(length) };
    const parsed = parseJwt(signJwt(own, "x+jwt", keyOf("ES256")));
    expect(decodeObject(parsed?.payload ?? "")).toEqual(own);
  });
});
