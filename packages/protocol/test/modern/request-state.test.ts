import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  openRequestState,
  type RequestState,
  requestDigest,
  type StateKeys,
  sealRequestState,
} from "../../src/index.ts";
import { request } from "./messages.ts";

const keyOf = (kid: string, byte: number) => ({ kid, key: Buffer.alloc(32, byte) });
const keys: StateKeys = [keyOf("k2", 2), keyOf("k1", 1)];
const iv = Buffer.alloc(12, 7);
const binding = { server: "m", sub: "gh|1", clientId: "c", method: "tools/call", digest: "d" };
const state: RequestState = { ...binding, kind: "park", exp: 100, park: "p", generation: 1 };
const token = sealRequestState(state, keys, iv);

describe("a requestState (mcp-wire.md 4.4)", () => {
  test.each<[string, unknown, object]>([
    ["none", undefined, {}],
    ["of another type", 7, {}],
    ["nothing of ours", "x", {}],
    ["truncated", token.slice(0, -1), {}],
    ["longer", `${token}A`, {}],
    ["of a key that is gone", token.replace("k2", "k0"), {}],
    ["of another key's name", token.replace("k2", "k1"), {}],
    ["of another server", token, { server: "n" }],
    ["of another user", token, { sub: "gh|2" }],
    ["of another client", token, { clientId: "d" }],
    ["of another method", token, { method: "prompts/get" }],
    ["of another request", token, { digest: "e" }],
  ])("is refused: %s", (_what, sent, other) =>
    expect(openRequestState(sent, keys, { ...binding, ...other }, 99)).toBeUndefined(),
  );

  test("is refused once its time is over", () => {
    expect(openRequestState(token, keys, binding, 99)).toEqual(state);
    expect(openRequestState(token, keys, binding, 100)).toBeUndefined();
  });

  test("is refused with any character altered", () => {
    const altered = fc.tuple(fc.nat(token.length - 1), fc.constantFrom(..."AZaz09-_."));
    fc.assert(
      fc.property(altered, ([at, character]) => {
        fc.pre(token[at] !== character);
        const sent = token.slice(0, at) + character + token.slice(at + 1);
        expect(openRequestState(sent, keys, binding, 99)).toBeUndefined();
      }),
    );
  });

  test.each(["", "1", "12"])(
    "is refused with anything after it, and with the spare bits of its end set: %#",
    (park) => {
      const exact = sealRequestState({ ...state, park }, keys, iv);
      const last = exact.slice(-1);
      const others = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].filter(
        (each) => each !== last,
      );
      const sent = [...others.map((each) => exact.slice(0, -1) + each), `${exact}A`, `${exact}==`];
      for (const text of sent) expect(openRequestState(text, keys, binding, 99)).toBeUndefined();
      expect(openRequestState(exact, keys, binding, 99)).toEqual({ ...state, park });
    },
  );

  test("of the key before is still good", () => {
    const older = sealRequestState(state, [keyOf("k1", 1)], iv);
    expect(openRequestState(older, keys, binding, 99)).toEqual(state);
  });

  test("shows nobody what is in it", () => {
    const sealed = sealRequestState({ ...state, inner: "secret" }, keys, iv);
    const text = Buffer.from(sealed.split(".")[2] as string, "base64url").toString("latin1");
    expect(text).not.toMatch(/secret|gh\|1/);
  });
});

describe("what a retry must ask once more", () => {
  const digestOf = (method: string, params: object) => requestDigest(request(method, params));

  test.each([
    ["another name", { name: "b", arguments: {} }],
    ["other arguments", { name: "a", arguments: { x: 1 } }],
    ["arguments of other types", { name: "a", arguments: { "0": "1" } }],
    ["none", {}],
  ])("is not %s", (_what, params) =>
    expect(digestOf("tools/call", params)).not.toBe(digestOf("tools/call", { name: "a", arguments: {} })),
  );

  test("is the same in another order, and with what only a retry has", () => {
    const first = digestOf("tools/call", { name: "a", arguments: { x: { a: 1, b: [2, 1] }, y: 2 } });
    const retry = { arguments: { y: 2, x: { b: [2, 1], a: 1 } }, name: "a", requestState: "s", inputResponses: {} };
    expect(digestOf("tools/call", retry)).toBe(first);
  });

  test("is a URI where that names it", () =>
    expect(digestOf("resources/read", { uri: "a:b" })).not.toBe(digestOf("resources/read", { uri: "a:c" })));
});
