import { generateKeyPairSync } from "node:crypto";
import { type Assertion, signAssertion } from "@gateway/forward-auth";
import { afterEach, describe, expect, test } from "@jest/globals";
import { environmentOfChild, fileNameOfUser, userEnvironment } from "../../src/child/user-environment.ts";
import { initializeMessage, post, TestClient } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const issuer = "http://localhost:8080";
const resource = "http://localhost:8080/test/mcp";
const ann = { sub: "gh|583231", name: "ann" };
const bob = { sub: "local|bob", name: "bob" };

/** What auth sends along with a request of a user. */
function headersOf(user: Pick<Assertion, "sub" | "name">): Record<string, string> {
  const token = { token_jti: "t", token_kid: "k", token_exp: Math.floor(Date.now() / 1_000) + 60 };
  const claims = { iss: issuer, aud: resource, client_id: "c", scope: "mcp", sid: "s", ...token, ...user };
  const key = { kid: "k", algorithm: "ES256", privateKey } as const;
  return { "x-gateway-assertion": signAssertion(claims, key, Math.floor(Date.now() / 1_000), 60) };
}

let proxy: RunningProxy | undefined;
afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
});
const open = async ({ userEnv, env = {} }: { userEnv: boolean; env?: Record<string, string> }) => {
  const access = { kind: "assertion", jwksUrl: "", revocationsUrl: "", issuer, audiences: [resource] } as const;
  proxy = await openProxy({ access, findKey: async () => publicKey, userEnv, env });
};
const openSession = async (user: Pick<Assertion, "sub" | "name">) => {
  const headers = headersOf(user);
  const url = proxy?.url ?? "";
  const answer = await post(url, initializeMessage(), headers);
  return new TestClient(url, { ...headers, "mcp-session-id": String(answer.headers["mcp-session-id"]) });
};
const seen = async (client: TestClient) => {
  const { MCP_USER_ID, MCP_USER_NAME } = JSON.parse(await client.tool("env")) as Record<string, string>;
  return { MCP_USER_ID, MCP_USER_NAME };
};

describe("with userEnv a child", () => {
  test("is told whose session it is, each its own user", async () => {
    await open({ userEnv: true });
    expect(await seen(await openSession(ann))).toEqual({ MCP_USER_ID: "583231", MCP_USER_NAME: "ann" });
    expect(await seen(await openSession(bob))).toEqual({ MCP_USER_ID: "local-bob", MCP_USER_NAME: "bob" });
  });

  test("is told the same when it takes the place of one that died", async () => {
    await open({ userEnv: true });
    const client = await openSession(ann);
    await client.call(1, "crash");
    expect(await seen(client)).toEqual({ MCP_USER_ID: "583231", MCP_USER_NAME: "ann" });
  });

  test("cannot be told another one by the server's own environment", async () => {
    await open({ userEnv: true, env: { MCP_USER_ID: "1" } });
    expect(await seen(await openSession(ann))).toMatchObject({ MCP_USER_ID: "583231" });
  });
});

describe("a variable of the server that names its user", () => {
  const env = { FILE: "/data/notes-${MCP_USER_ID}.json" };
  const fileOf = async (client: TestClient) => (JSON.parse(await client.tool("env")) as { FILE?: string }).FILE;

  test("is each user's own", async () => {
    await open({ userEnv: true, env });
    expect(await fileOf(await openSession(ann))).toBe("/data/notes-583231.json");
    expect(await fileOf(await openSession(bob))).toBe("/data/notes-local-bob.json");
  });

  test("is the same for a modern client of the user", async () => {
    await open({ userEnv: true, env });
    const client = new ModernClient(proxy?.url ?? "", headersOf(ann));
    expect(await client.tool("env")).toContain("/data/notes-583231.json");
  });

  test("is the same in a child that takes the place of one that died", async () => {
    await open({ userEnv: true, env });
    const client = await openSession(ann);
    await client.call(1, "crash");
    expect(await fileOf(client)).toBe("/data/notes-583231.json");
  });

  test("names nobody in a process that serves nobody", () => {
    expect(environmentOfChild(env, undefined)).toEqual({ FILE: "/data/notes-nobody.json" });
  });
});

describe("a user as a file name", () => {
  test.each([
    ["../../etc/passwd"],
    [".."],
    [""],
    ["a/b"],
    ["a\\b"],
    ["$&"],
    ["x".repeat(300)],
    ["two words"],
    ["a,b"],
    ["\0"],
    ["jos\u00e9"],
    ["-rf"],
  ])("leads out of no folder, and is no other file, whatever the id: %j", (id) => {
    for (const sub of [`gh|${id}`, `local|${id}`, id])
      expect(fileNameOfUser(sub)).toMatch(/^[a-z0-9][a-z0-9_-]{0,70}$/);
  });

  test("is a digest wherever two ids could come to the same file", () => {
    const inCase = ["local|Ann", "local|ann", "oidc|Ab", "oidc|aB"];
    const spelt = ["local|\u00e9", "local|%C3%A9", "local|a|b", "local|a-b", "local-a-b", "gh|1", "1"];
    const taken = ["gh|nobody", "nobody", `gh|${fileNameOfUser("local|Ann")}`, fileNameOfUser("local|Ann")];
    const names = [...inCase, ...spelt, ...taken].map(fileNameOfUser);
    expect(new Set(["nobody", ...names].map((name) => name.toLowerCase())).size).toBe(names.length + 1);
  });

  test("is what the server is told where that is plain", () => {
    expect(fileNameOfUser("gh|583231")).toBe("583231");
    expect(fileNameOfUser("local|bob")).toBe("local-bob");
  });
});

describe("without it", () => {
  test("a child is told nothing of its user", async () => {
    await open({ userEnv: false });
    expect(await seen(await openSession(ann))).toEqual({});
  });
});

describe("the values", () => {
  test("are those of X-User-Id and X-User-Name", () => {
    expect(userEnvironment({ sub: "gh|1", name: "josé\n" })).toEqual({
      MCP_USER_ID: "1",
      MCP_USER_NAME: "jos%C3%A9%0A",
    });
    expect(userEnvironment({ sub: "local|ann", name: undefined })).toEqual({ MCP_USER_ID: "local-ann" });
  });
});
