import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "@gateway/registry";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { check } from "../../src/verbs/check.ts";
import { makeFolder } from "../fixtures/person.ts";

let place: ReturnType<typeof makeFolder>;
beforeEach(() => {
  place = makeFolder();
});
afterEach(() => place.remove());

const stack = {
  BASE_DOMAIN: "mydomain.dev",
  GITHUB_CLIENT_ID: "Iv1.of-an-app",
  GITHUB_CLIENT_SECRET: "of-an-app",
  ALLOWED_GITHUB_USERS: "me",
};
const entryOf = (name: string) => catalogue.find((known) => known.name === name)?.entry;

/** What check says of these servers, on a stack. */
async function said(mcpServers: unknown): Promise<string> {
  writeFileSync(join(place.folder, "gateway.json"), JSON.stringify({ mcpServers }));
  const { code, printed } = await place.run(check, [], { env: stack });
  expect(code).toBe(0);
  return printed;
}

describe("on the Docker stack", () => {
  test("a server of the catalogue that no image of the gateway's is enough for is told what to do", async () => {
    const printed = await said({ "mcp-playwright": entryOf("mcp-playwright") });
    expect(printed).toMatch(/^mcp-playwright will not work: .* a browser\. .*gateway\.image/m);
  });

  test.each([
    ["with an image of its own", { ...entryOf("mcp-playwright"), gateway: { image: "example/browser:1" } }],
    ["that runs elsewhere", { url: "https://browser.example/mcp" }],
    ["that is another program", { command: "my-browser" }],
  ])("nothing is said of one %s", async (_which, entry) => {
    expect(await said({ "mcp-playwright": entry })).not.toContain("will not work");
  });

  test("nothing is said of the others of the catalogue, whose programs are in the images", async () => {
    const others = catalogue.filter(({ name }) => name !== "mcp-playwright");
    const printed = await said(Object.fromEntries(others.map(({ name, entry }) => [name, entry])));
    expect(printed).not.toMatch(/will not (work|start)/);
  });
});

describe("protocol versions", () => {
  const checked = async (env: Record<string, string>, gateway = {}) => {
    const mcpServers = { time: { command: "node", gateway } };
    writeFileSync(join(place.folder, "gateway.json"), JSON.stringify({ mcpServers }));
    return place.run(check, [], { env: { PATH: process.env.PATH ?? "", HOME: place.folder, ...env } });
  };

  test.each([
    ["in local mode", {}],
    ["on the Docker stack", stack],
  ])("one that is not known is refused by its name, %s", async (_where, env) => {
    const wrong = { ...env, MCP_PROTOCOL_VERSIONS_SUPPORTED: "2025-11-25,2025-06-81" };
    await expect(checked(wrong)).rejects.toThrow(/MCP_PROTOCOL_VERSIONS_SUPPORTED: .*"2025-06-81" is none of them/);
  });

  test("a server whose facade shows none of those let through is refused", async () => {
    const listed = checked({ MCP_PROTOCOL_VERSIONS_SUPPORTED: "2025-11-25" }, { facade: "modern" });
    await expect(listed).rejects.toThrow(/time\.gateway\.facade: found "modern"; .*MCP_PROTOCOL_VERSIONS_SUPPORTED/);
  });

  test("those that are known are no mistake", async () => {
    const listed = checked({ MCP_PROTOCOL_VERSIONS_SUPPORTED: "2025-11-25,2026-07-28" }, { facade: "modern" });
    expect((await listed).code).toBe(0);
  });
});

describe("ways to sign in", () => {
  const checked = async (login: readonly string[], env: Record<string, string>) => {
    writeFileSync(join(place.folder, "gateway.json"), JSON.stringify({ mcpServers: {}, gateway: { login } }));
    return place.run(check, [], { env: { HOME: place.folder, ...env } });
  };

  test.each([
    ["GitHub, on this machine", ["github"], {}, /gateway\.login: found "github"; .*GITHUB_CLIENT_ID/],
    ["an OpenID provider, in Docker", ["github", "oidc"], stack, /gateway\.login: found "oidc"; .*OIDC_ISSUER/],
    ["the local page, in Docker", ["local"], stack, /gateway\.login: found "local"; .*this machine alone/],
  ])("one that is not set up is refused: %s", async (_which, login, env, message) => {
    await expect(checked(login, env)).rejects.toThrow(message);
  });

  test.each([
    [["local"], {}],
    [["github"], stack],
  ])("%j is no mistake where it is set up", async (login, env) => {
    expect((await checked(login, env)).code).toBe(0);
  });
});
