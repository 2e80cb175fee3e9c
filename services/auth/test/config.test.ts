import { AuthEnv, parseEnv, type SignInWay } from "@gateway/config";
import { describe, expect, test } from "@jest/globals";
import { authConfigOf } from "../src/config.ts";

const local = { ISSUER: "http://localhost:8080", RESOURCES_FILE: "r.json", DATA_DIR: "d", LOCAL_LOGIN: "1" };
const docker = {
  ...local,
  LOCAL_LOGIN: "0",
  HOST: "0.0.0.0",
  ISSUER: "https://auth.example.com",
  GITHUB_CLIENT_ID: "Iv1.abc",
  GITHUB_CLIENT_SECRET: "canary",
};
const openId = {
  ...docker,
  GITHUB_CLIENT_ID: "",
  GITHUB_CLIENT_SECRET: "",
  OIDC_ISSUER: "https://login.example.com",
  OIDC_CLIENT_ID: "gateway",
  OIDC_CLIENT_SECRET: "canary",
};
const parse = (env: Record<string, string>, login?: readonly SignInWay[]) =>
  authConfigOf(parseEnv(AuthEnv, env), { osUser: "ann", strictResource: false, login });
const both = { ...openId, ...docker };

describe("auth's environment", () => {
  test.each([
    ["no issuer", { ...local, ISSUER: "" }, /ISSUER/],
    ["an issuer with a slash at the end", { ...docker, ISSUER: "https://auth.example.com/" }, /ISSUER/],
    ["an issuer with a path", { ...docker, ISSUER: "https://example.com/auth" }, /ISSUER/],
    ["http off loopback", { ...docker, ISSUER: "http://auth.example.com" }, /ISSUER/],
    ["no way to sign in", { ...local, LOCAL_LOGIN: "0" }, /GITHUB_CLIENT_ID.*or LOCAL_LOGIN=1/],
    ["a GitHub app without its secret", { ...docker, GITHUB_CLIENT_SECRET: "" }, /GITHUB_CLIENT_SECRET/],
    ["a GitHub secret without the app", { ...docker, GITHUB_CLIENT_ID: "" }, /GITHUB_CLIENT_ID/],
    [
      "an OpenID provider without a client",
      { ...docker, OIDC_ISSUER: "https://a.example" },
      /OIDC_CLIENT_ID.*OIDC_CLIENT_SECRET/s,
    ],
    ["an OpenID secret without the provider", { ...docker, OIDC_CLIENT_SECRET: "canary" }, /OIDC_ISSUER/],
    ["an OpenID client beside local login", { ...local, OIDC_CLIENT_ID: "x" }, /OIDC_ISSUER/],
    ["an OpenID provider over http", { ...openId, OIDC_ISSUER: "http://a.example" }, /OIDC_ISSUER.*https/],
    ["an OpenID provider with a query", { ...openId, OIDC_ISSUER: "https://a.example/?x" }, /OIDC_ISSUER/],
    ["an OpenID provider with a password", { ...openId, OIDC_ISSUER: "https://a:b@a.example" }, /OIDC_ISSUER/],
    [
      "a whole domain of people",
      { ...openId, ALLOWED_OIDC_USERS: "ann, @a.example" },
      /ALLOWED_OIDC_USERS.*no whole domain/,
    ],
    ["people with the prefix of gateway.json", { ...openId, ALLOWED_OIDC_USERS: "oidc:ann" }, /without oidc:/],
    [
      "a service token for GitHub over http",
      { ...docker, GITHUB_PAT: "canary", GITHUB_API_URL: "http://ghe.example/api/v3" },
      /GITHUB_API_URL.*GITHUB_PAT/,
    ],
    ["scopes without openid", { ...openId, OIDC_SCOPES: "email profile" }, /OIDC_SCOPES.*openid/],
    ["scopes by commas", { ...openId, OIDC_SCOPES: "openid,email" }, /OIDC_SCOPES/],
    ["a name that is a story", { ...openId, OIDC_NAME: "x".repeat(41) }, /OIDC_NAME/],
    [
      "local login beside an OpenID provider",
      { ...openId, ISSUER: local.ISSUER, HOST: "", LOCAL_LOGIN: "1" },
      /LOCAL_LOGIN/,
    ],
    ["local login on every address", { ...local, HOST: "0.0.0.0" }, /HOST.*loopback.*LOCAL_LOGIN/],
    ["local login for a public issuer", { ...local, ISSUER: "https://auth.example.com" }, /ISSUER.*LOCAL_LOGIN/],
    [
      "local login beside GitHub",
      { ...docker, ISSUER: local.ISSUER, HOST: "127.0.0.1", LOCAL_LOGIN: "1" },
      /LOCAL_LOGIN/,
    ],
    ["HS256", { ...local, JWT_ALGORITHM: "HS256" }, /JWT_ALGORITHM.*whoever can check/],
    ["an algorithm in another case", { ...local, JWT_ALGORITHM: "rs256" }, /JWT_ALGORITHM/],
    [
      "Redis without a root secret",
      { ...local, REDIS_URL: "redis://r" },
      /GATEWAY_JWT_SECRET: is missing.*openssl rand/,
    ],
    ["a short root secret", { ...local, GATEWAY_JWT_SECRET: "canary" }, /GATEWAY_JWT_SECRET/],
    ["a lifetime of nothing", { ...local, ACCESS_TOKEN_LIFETIME: "0" }, /ACCESS_TOKEN_LIFETIME/],
    ["a lifetime that is no number", { ...local, REFRESH_TOKEN_LIFETIME: "30d" }, /REFRESH_TOKEN_LIFETIME/],
    ["a token that lives for years", { ...local, ACCESS_TOKEN_LIFETIME: "99999999" }, /ACCESS_TOKEN_LIFETIME/],
    ["a Redis that is none", { ...local, REDIS_URL: "http://canary@r" }, /REDIS_URL/],
    ["an origin with a path", { ...local, MCP_CORS_ORIGINS: "https://a.example/x" }, /MCP_CORS_ORIGINS/],
  ])("refuses %s, by the variable's name and without secrets", (_what, env, message) => {
    expect(() => parse(env)).toThrow(message);
    expect(() => parse(env)).not.toThrow(/canary/);
  });

  test("in local mode lets the operating system's user sign in and loopback pages call", () => {
    const config = parse(local);
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 8000,
      localLogin: { users: ["ann"] },
      accessTokenLifetime: 3_600,
      refreshTokenLifetime: 2_592_000,
      clientLifetime: 31_536_000,
      corsOrigins: ["loopback"],
      registrationRateLimit: 300,
      deviceRateLimit: 300,
      signInRateLimit: 300,
      tokenRateLimit: 6_000,
      proxyHops: 1,
      revocationGrace: 5,
    });
    expect(config.github).toBeUndefined();
  });

  test("elsewhere lets nobody sign in, and no page call, who is not named", () => {
    const config = parse(docker);
    expect(config).toMatchObject({
      github: { allowedUsers: [] },
      corsOrigins: [],
      registrationRateLimit: 20,
      signInRateLimit: 60,
      tokenRateLimit: 600,
      proxyHops: 1,
    });
    expect(config.localLogin).toBeUndefined();
  });

  test("takes an OpenID provider, for nobody who is not named, in place of GitHub or beside it", () => {
    const alone = parse(openId);
    expect(alone.oidc).toEqual({
      issuer: "https://login.example.com/",
      clientId: "gateway",
      clientSecret: "canary",
      scopes: "openid email profile",
      name: "login.example.com",
      allowedUsers: [],
    });
    expect([alone.github, alone.localLogin]).toEqual([undefined, undefined]);
    const beside = parse({ ...both, OIDC_NAME: "Staff", ALLOWED_OIDC_USERS: "248289, ann@a.example" });
    expect(beside).toMatchObject({ github: {}, oidc: { name: "Staff", allowedUsers: ["248289", "ann@a.example"] } });
  });

  test("takes a service token of GitHub", () => {
    expect(parse({ ...docker, GITHUB_PAT: "canary" }).github?.serviceToken).toBe("canary");
  });

  test("takes the names of GATEWAY_LOCAL_USERS in place of the operating system's", () => {
    expect(parse({ ...local, GATEWAY_LOCAL_USERS: "bob, eve" }).localLogin?.users).toEqual(["bob", "eve"]);
  });

  test("keeps clients for ever with CLIENT_LIFETIME=0", () => {
    expect(parse({ ...local, CLIENT_LIFETIME: "0" }).clientLifetime).toBe(0);
  });
});

describe("the ways to sign in that gateway.json offers", () => {
  test.each<[string, Record<string, string>, SignInWay[], RegExp]>([
    ["GitHub without an app", openId, ["oidc", "github"], /gateway\.login: found "github".*GITHUB_CLIENT_ID/],
    ["an OpenID provider that is not set", docker, ["oidc"], /gateway\.login: found "oidc".*OIDC_ISSUER/],
    ["the local page beside a provider", docker, ["github", "local"], /found "local".*LOCAL_LOGIN/],
    [
      "the local page in place of a provider",
      both,
      ["local"],
      /found "local".*neither GITHUB_CLIENT_ID nor OIDC_ISSUER/,
    ],
    ["a provider in place of the local page", local, ["github"], /gateway\.login: found "github"/],
  ])("cannot be %s", (_which, env, login, message) => {
    expect(() => parse(env, login)).toThrow(message);
    expect(() => parse(env, login)).not.toThrow(/canary/);
  });

  test.each<[SignInWay[] | undefined, Record<string, string>, string[]]>([
    [["github"], both, ["github"]],
    [["oidc"], both, ["oidc"]],
    [["oidc", "github"], both, ["github", "oidc"]],
    [["local"], local, ["localLogin"]],
    [undefined, both, ["github", "oidc"]],
  ])("%j: no other way is configured", (login, env, ways) => {
    const config = parse(env, login);
    expect(["github", "oidc", "localLogin"].filter((way) => way in config)).toEqual(ways);
  });
});
