import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { parse, refusal } from "./context.ts";

const secret = "s".repeat(32);
const redirectUris = ["https://app.example/callback"];
const fileWith = (...clients: object[]) => ({ mcpServers: {}, gateway: { clients } });
const keyPair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwks = { keys: [keyPair.publicKey.export({ format: "jwk" })] };
const privateKey = keyPair.privateKey.export({ format: "jwk" });

describe("gateway.clients", () => {
  test("are read, with the secret from the environment", () => {
    const file = fileWith(
      { id: "app", name: "App", redirectUris },
      { id: "rs", secret: "${env:RS_SECRET}", introspect: true },
      { id: "signer", jwks, introspect: true, redirectUris },
    );
    expect(parse(file, { env: { RS_SECRET: secret } }).gateway.clients).toEqual([
      { id: "app", name: "App", redirectUris, introspect: false },
      { id: "rs", secret, redirectUris: [], introspect: true },
      { id: "signer", jwks, redirectUris, introspect: true },
    ]);
  });

  test.each([
    ["an empty id", { id: "", redirectUris }, "gateway.clients[0].id", /visible ASCII/],
    ["a blank in the id", { id: "a b", redirectUris }, "gateway.clients[0].id", /visible ASCII/],
    ["a short secret", { id: "a", redirectUris, secret: "short" }, "gateway.clients[0].secret", /32 characters/],
    ["an unset secret", { id: "a", redirectUris, secret: "${env:X}" }, "gateway.clients[0].secret", /X=/],
    ["a number for a secret", { id: "a", redirectUris, secret: 1 }, "gateway.clients[0].secret", /text/],
    ["secret and jwks", { id: "a", redirectUris, secret, jwks }, "gateway.clients[0].jwks", /not both/],
    ["no key", { id: "a", redirectUris, jwks: { keys: [] } }, "gateway.clients[0].jwks", /public P-256 key/],
    ["a private key", { id: "a", redirectUris, jwks: { keys: [privateKey] } }, "gateway.clients[0].jwks", /no private/],
    [
      "a redirect URI that no client may register",
      { id: "a", redirectUris: [...redirectUris, "http://app.example/cb"] },
      "gateway.clients[0].redirectUris[1]",
      /https URL/,
    ],
    [
      "an unknown app's scheme",
      { id: "a", redirectUris: ["acme:/cb"] },
      "gateway.clients[0].redirectUris[0]",
      /adds one/,
    ],
    ["introspection without proof", { id: "a", introspect: true }, "gateway.clients[0]", /secret or jwks/],
    ["nothing to do", { id: "a", secret }, "gateway.clients[0].redirectUris", /where it is answered/],
    ["a mistyped key", { id: "a", redirectUri: "x" }, "gateway.clients[0].redirectUri", /did you mean redirectUris/],
  ])("refuses %s", (_what, client, at, allowed) => {
    const error = refusal(() => parse(fileWith(client)));
    expect(error.problems).toContainEqual(expect.objectContaining({ at, allowed: expect.stringMatching(allowed) }));
    expect(error.message).not.toContain("short");
    expect(error.message).not.toContain(privateKey.d);
  });

  test("may have redirect URIs of a scheme that the operator added", () => {
    const gateway = { redirectSchemes: ["acme"], clients: [{ id: "a", redirectUris: ["acme:/cb"] }] };
    expect(parse({ mcpServers: {}, gateway }).gateway.clients?.[0]?.redirectUris).toEqual(["acme:/cb"]);
  });

  test("refuses an id that is there twice", () => {
    const error = refusal(() => parse(fileWith({ id: "a", redirectUris }, { id: "a", redirectUris })));
    expect(error.problems[0]?.at).toBe("gateway.clients[1].id");
  });
});

describe("gateway.cimd, gateway.registration and gateway.redirectSchemes", () => {
  const read = (gateway: object) => parse({ mcpServers: {}, gateway }).gateway;

  test.each([
    ["true, which is the default", { cimd: true, registration: true }, {}],
    ["false", { cimd: false, registration: false }, { cimd: false, registration: false }],
    [
      "schemes",
      { redirectSchemes: ["acme-chat", "com.example.app"] },
      { redirectSchemes: ["acme-chat", "com.example.app"] },
    ],
    [
      "rules",
      { cimd: { allow: ["*.app.example"], warn: ["*"], deny: ["x-1.example"], logos: false, loopback: true } },
      { cimd: { allow: ["*.app.example"], warn: ["*"], deny: ["x-1.example"], logos: false, loopback: true } },
    ],
  ])("%s", (_what, gateway, expected) => {
    expect(read(gateway)).toEqual({ strictResource: false, ...expected });
  });

  test.each([
    ["text", { cimd: "no" }, "gateway.cimd"],
    ["a mistyped rule", { cimd: { alow: [] } }, "gateway.cimd"],
    ["a URL for a host, which would bar nobody", { cimd: { deny: ["https://app.example"] } }, "gateway.cimd"],
    ["a host in capitals", { cimd: { deny: ["App.example"] } }, "gateway.cimd"],
    ["a star within a host", { cimd: { warn: ["app.*"] } }, "gateway.cimd"],
    ["a scheme with its colon", { redirectSchemes: ["acme-chat:"] }, "gateway.redirectSchemes"],
    ["a scheme in capitals", { redirectSchemes: ["Raycast"] }, "gateway.redirectSchemes"],
    ["a scheme that runs code", { redirectSchemes: ["javascript"] }, "gateway.redirectSchemes"],
    ["a scheme that reaches files", { redirectSchemes: ["file"] }, "gateway.redirectSchemes"],
    ["http, for which there are rules", { redirectSchemes: ["http"] }, "gateway.redirectSchemes"],
    ["one scheme as text", { redirectSchemes: "acme-chat" }, "gateway.redirectSchemes"],
    ["text for a switch", { registration: "no" }, "gateway.registration"],
    ["a mistyped key of registration", { registration: { rotates: true } }, "gateway.registration"],
    [
      "a list of no token, which would let nobody in",
      { registration: { initialAccessTokens: [] } },
      "gateway.registration",
    ],
  ])("refuses %s", (_what, gateway, at) => {
    expect(refusal(() => read(gateway)).problems[0]?.at).toContain(at);
  });
});

describe("gateway.registration as an object", () => {
  const read = (registration: object, env: NodeJS.ProcessEnv = {}) =>
    parse({ mcpServers: {}, gateway: { registration } }, { env }).gateway.registration;

  test("is read, with tokens from the environment", () => {
    const softwareStatements = [{ issuer: "https://vendor.example", jwks }];
    const written = { initialAccessTokens: ["${env:TOKEN}"], softwareStatements, rotate: true };
    const token = `-._~+/${secret}==`;
    expect(read(written, { TOKEN: token })).toEqual({ ...written, initialAccessTokens: [token] });
  });

  test.each([
    ["a short token", { initialAccessTokens: ["short"] }, "initialAccessTokens[0]", /32 characters/],
    ["an unset token", { initialAccessTokens: ["${env:X}"] }, "initialAccessTokens[0]", /X=/],
    ["a token with a comma", { initialAccessTokens: [`${secret},short`] }, "initialAccessTokens[0]", /letters/],
    ["a token with a blank", { initialAccessTokens: [`${secret} short`] }, "initialAccessTokens[0]", /letters/],
    ["a token with a line break", { initialAccessTokens: [`${secret}short\n`] }, "initialAccessTokens[0]", /letters/],
    ["a token beyond ASCII", { initialAccessTokens: [`${secret}shörtshort`] }, "initialAccessTokens[0]", /letters/],
    ["a token with = within", { initialAccessTokens: [`${secret}=short`] }, "initialAccessTokens[0]", /letters/],
    [
      "an issuer that is there twice",
      {
        softwareStatements: [
          { issuer: "a", jwks },
          { issuer: "a", jwks },
        ],
      },
      "softwareStatements[1].issuer",
      /once/,
    ],
    [
      "an issuer without a key",
      { softwareStatements: [{ issuer: "a", jwks: { keys: [] } }] },
      "softwareStatements[0].jwks",
      /public P-256 key/,
    ],
    [
      "an issuer's private key",
      { softwareStatements: [{ issuer: "a", jwks: { keys: [privateKey] } }] },
      "softwareStatements[0].jwks",
      /no private/,
    ],
  ])("refuses %s", (_what, registration, at, allowed) => {
    const error = refusal(() => read(registration));
    const problem = { at: `gateway.registration.${at}`, allowed: expect.stringMatching(allowed) };
    expect(error.problems).toContainEqual(expect.objectContaining(problem));
    expect(error.message).not.toContain("short");
    expect(error.message).not.toContain(privateKey.d);
  });
});
