import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Credentials, LeakedCredential } from "../src/index.ts";

const holding = (...values: string[]) => {
  const credentials = new Credentials();
  for (const value of values) credentials.add("token", value);
  return credentials;
};

describe("what was written", () => {
  test.each([
    ["a credential that was seen", "k3yOfTheHouse123", "x=k3yOfTheHouse123"],
    ["one that was cut", "k3yOfTheHouse123456789", "x=k3yOfTheHouse123…"],
    ["one of two that begin alike", "k3yOfTheHouse2", "k3yOfTheHouse2"],
    ["one without a boundary", "k3yOfTheHouse2", "aak3yOfTheHouse2bb"],
    ["the signature of a token that was seen", "eyJhbGciOi.eyJpc3Mi.s1gnatureOfIt", "sig s1gnatureOfIt"],
    ["a JWT that nobody has seen", "other-credential", '{"t":"eyJ0eXAiOiJhdCtqd3QifQ"}'],
    ["a private key", "other-credential", "-----BEGIN PRIVATE KEY-----"],
    ["a private key in base64", "other-credential", `key LS0tLS1CRUdJTiBQUklW`],
  ])("must not hold %s", (_what, seen, text) => {
    const credentials = holding("k3yOfTheHouse1", seen);
    expect(() => credentials.requireNoneIn({ "auth.log": text })).toThrow(LeakedCredential);
  });

  test.each([
    ["nothing", ""],
    ["its name", "the access token was refused"],
    ["its first few characters", "k3yOfTheHous"],
    ["something that begins like it", "k3yOfThe-other-house"],
  ])("may hold %s", (_what, text) => {
    expect(() => holding("k3yOfTheHouse1").requireNoneIn({ text })).not.toThrow();
  });

  test("may hold what its writer makes itself, and nothing else", () => {
    const credentials = holding("k3yOfTheHouse1");
    credentials.add("mcp-session-id", "session-of-its-own");
    const write = (text: string) => () => credentials.requireNoneIn({ "native.log": text }, ["mcp-session-id"]);
    expect(write("session-of-its-own")).not.toThrow();
    expect(write("session-of-its-own, k3yOfTheHouse1")).toThrow("native.log: token");
  });

  test("is named, and what is found stays hidden", () => {
    const credential = "k3yOfTheHouse123-and-more";
    const leak = () =>
      holding(credential).requireNoneIn({ good: "", "auth.log": `{"event":"x","at":"${credential}"}` });
    expect(leak).toThrow(/auth\.log: token: .*"event":"x","at":"k3yO…/);
    expect(leak).not.toThrow(credential.slice(0, 12));
  });

  test("is searched for whatever stands around it", () => {
    const word = fc.stringMatching(/^[\w-]{12,40}$/);
    fc.assert(
      fc.property(word, fc.string(), fc.string(), (credential, before, after) => {
        expect(holding(credential).find(before + credential + after)).not.toEqual([]);
      }),
    );
  });
});

test("what is too short to be one is not looked for, and knowing none is known", () => {
  expect(holding("short", "").isEmpty).toBe(true);
  expect(holding("short", "").find("short")).toEqual([]);
});
