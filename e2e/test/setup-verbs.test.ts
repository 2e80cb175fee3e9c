import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { say } from "../src/gateway.ts";
import { declarationOf } from "../src/servers.ts";

let folder: string;
let desk: { folder: string; env: NodeJS.ProcessEnv };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-e2e-setup-"));
  await writeFile(join(folder, "gateway.json"), JSON.stringify(declarationOf("memory")));
  const env = { PATH: process.env.PATH, HOME: folder, GATEWAY_DATA_DIR: join(folder, "data"), TRAEFIK_BIN: "off" };
  desk = { folder, env };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const dotEnv = () => readFile(join(folder, ".env"), "utf8");
const withEnv = (env: Record<string, string>) => ({ folder, env: { ...desk.env, ...env } });

const answers = {
  BASE_DOMAIN: "gateway.mydomain.dev",
  GITHUB_CLIENT_ID: "Iv1.0123456789abcdef",
  GITHUB_CLIENT_SECRET: "canary-github-secret-0123456789",
  ALLOWED_GITHUB_USERS: "octocat,hubot",
};

describe("setup --non-interactive", () => {
  test("names everything that is missing at once, exits with 1 and writes nothing", async () => {
    const { code, printed } = await say(withEnv({ BASE_DOMAIN: answers.BASE_DOMAIN }), ["setup", "--non-interactive"]);
    expect(code).toBe(1);
    for (const name of ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "ALLOWED_GITHUB_USERS"])
      expect(printed).toContain(name);
    await expect(dotEnv()).rejects.toThrow("ENOENT");
  });

  test.each([
    ["a sample value", { GITHUB_CLIENT_ID: "your-client-id" }, "GITHUB_CLIENT_ID"],
    ["a domain that is none", { BASE_DOMAIN: "http://x" }, "BASE_DOMAIN"],
  ])("refuses %s", async (_what, change, named) => {
    const { code, printed } = await say(withEnv({ ...answers, ...change }), ["setup", "--non-interactive"]);
    expect([code, printed]).toEqual([1, expect.stringContaining(named)]);
    expect(printed).not.toContain(answers.GITHUB_CLIENT_SECRET);
  });

  test("writes the answers and new secrets for its owner alone, shows no secret, and says the callback URL", async () => {
    const { code, printed } = await say(withEnv(answers), ["setup", "--non-interactive"]);
    expect(code).toBe(0);
    const written = parseEnv(await dotEnv());
    expect(written).toMatchObject(answers);
    expect((await stat(join(folder, ".env"))).mode & 0o777).toBe(0o600);
    expect(printed).toContain("https://auth.gateway.mydomain.dev/callback");
    for (const name of ["GITHUB_CLIENT_SECRET", "GATEWAY_JWT_SECRET", "REDIS_PASSWORD"]) {
      expect(written[name]?.length).toBeGreaterThan(30);
      expect(printed).not.toContain(written[name]);
    }
    expect(await say(desk, ["check"])).toMatchObject({ code: 0 });
  });

  const atProvider = {
    BASE_DOMAIN: answers.BASE_DOMAIN,
    OIDC_ISSUER: "https://login.mydomain.dev/realms/staff",
    OIDC_CLIENT_ID: "gateway",
    OIDC_CLIENT_SECRET: "canary-provider-secret-0123456789",
    ALLOWED_OIDC_USERS: "jane@mydomain.dev",
  };

  test("takes an OpenID provider in place of GitHub, names what is missing of it, and says its callback URL", async () => {
    const half = await say(withEnv({ ...atProvider, OIDC_CLIENT_SECRET: "" }), ["setup", "--non-interactive"]);
    expect([half.code, half.printed]).toEqual([1, expect.stringContaining("OIDC_CLIENT_SECRET is missing")]);
    expect(half.printed).not.toContain("GITHUB");
    const { code, printed } = await say(withEnv(atProvider), ["setup", "--non-interactive"]);
    expect([code, printed]).toEqual([0, expect.stringContaining("https://auth.gateway.mydomain.dev/callback/oidc")]);
    expect(printed).not.toContain(atProvider.OIDC_CLIENT_SECRET);
    expect(parseEnv(await dotEnv())).toMatchObject(atProvider);
    expect(await say(desk, ["check"])).toMatchObject({ code: 0 });
  });

  test("says by --sign-in that both are wanted", async () => {
    const both = ["setup", "--non-interactive", "--sign-in", "both"];
    expect(await say(withEnv(atProvider), both)).toMatchObject({
      code: 1,
      printed: expect.stringContaining("GITHUB_CLIENT_ID is missing"),
    });
    expect(await say(withEnv({ ...answers, ...atProvider }), both)).toMatchObject({ code: 0 });
  });

  test("has nothing to write for the local page, and refuses it where others reach the gateway", async () => {
    const local = ["setup", "--non-interactive", "--sign-in", "local"];
    expect(await say(desk, local)).toMatchObject({ code: 0, printed: expect.stringContaining("Next: just up") });
    await expect(dotEnv()).rejects.toThrow("ENOENT");
    const refused = await say(withEnv({ BASE_DOMAIN: answers.BASE_DOMAIN }), local);
    expect([refused.code, refused.printed]).toEqual([1, expect.stringContaining("BASE_DOMAIN is set")]);
    await writeFile(join(folder, ".env"), "GITHUB_CLIENT_ID=Iv1.5\n");
    expect((await say(desk, local)).printed).toContain("GITHUB_CLIENT_ID is set");
  });

  test("keeps what the environment says of the stack, so that it starts alike without it", async () => {
    const stack = { TLS: "local-ca", ROUTING: "path", GATEWAY_HTTPS_PORT: "8443", REDIS_PASSWORD: "of-my-own-choice" };
    const { printed } = await say(withEnv({ ...answers, ...stack }), ["setup", "--non-interactive"]);
    expect(printed).toContain("https://gateway.mydomain.dev:8443/callback");
    expect(parseEnv(await dotEnv())).toMatchObject({ ...answers, ...stack });
    await writeFile(join(folder, "gateway.json"), '{"mcpServers":{"elsewhere":{"command":"a-program-of-the-image"}}}');
    const check = await say(desk, ["check"]);
    expect([check.code, check.printed]).toEqual([0, expect.not.stringContaining("will not start")]);
  });

  test("refuses a setting of the stack that is none, and writes nothing", async () => {
    const { code, printed } = await say(withEnv({ ...answers, TLS: "yes" }), ["setup", "--non-interactive"]);
    expect([code, printed]).toEqual([1, expect.stringContaining("acme, local-ca or off")]);
    await expect(dotEnv()).rejects.toThrow("ENOENT");
  });

  test("keeps what is there, comments too", async () => {
    await writeFile(join(folder, ".env"), "# mine\nREDIS_PASSWORD=of-my-own-choice\nLOG_LEVEL=debug\n");
    await say(withEnv(answers), ["setup", "--non-interactive"]);
    const before = await dotEnv();
    expect(before).toMatch(/^# mine\nREDIS_PASSWORD=of-my-own-choice\nLOG_LEVEL=debug\n/);
    expect(await say(withEnv({ BASE_DOMAIN: "other.dev" }), ["setup", "--non-interactive"])).toMatchObject({ code: 0 });
    expect(await dotEnv()).toBe(before);
  });
});

test("setup without a terminal says how it is done", async () => {
  expect(await say(desk, ["setup"])).toMatchObject({ code: 1, printed: expect.stringContaining("--non-interactive") });
});

describe("check", () => {
  test("refuses sample values and names them without showing any", async () => {
    await writeFile(join(folder, ".env"), "GITHUB_CLIENT_ID=your-client-id\nGITHUB_CLIENT_SECRET=changeme-canary\n");
    const { code, printed } = await say(desk, ["check"]);
    expect(code).toBe(1);
    expect(printed).toMatch(/GITHUB_CLIENT_ID: found a sample value/);
    expect(printed).toContain("GITHUB_CLIENT_SECRET");
    expect(printed).not.toContain("canary");
  });

  test("says what a gateway with a domain still needs", async () => {
    const { code, printed } = await say(withEnv({ BASE_DOMAIN: answers.BASE_DOMAIN }), ["check"]);
    expect(code).toBe(1);
    expect(printed).toMatch(/GITHUB_CLIENT_ID: is missing.*\n.*GITHUB_CLIENT_SECRET: is missing/);
  });
});

describe("secrets", () => {
  test("are made once, unseen, and replaced only when that is said and confirmed", async () => {
    const made = await say(desk, ["secrets", "all", "signing-key"]);
    expect(made.code).toBe(0);
    const first = parseEnv(await dotEnv());
    for (const value of Object.values(first)) expect(made.printed).not.toContain(value);
    expect(Object.keys(first).sort()).toEqual(["GATEWAY_JWT_SECRET", "JWT_PRIVATE_KEY_B64", "REDIS_PASSWORD"]);
    expect((await say(desk, ["secrets", "all"])).printed).toContain("GATEWAY_JWT_SECRET: kept");
    expect(await say(desk, ["secrets", "jwt-secret", "--replace"])).toMatchObject({ code: 1 });
    expect(parseEnv(await dotEnv())).toEqual(first);
    await say(desk, ["secrets", "jwt-secret", "--replace", "--yes"]);
    const { GATEWAY_JWT_SECRET, ...others } = parseEnv(await dotEnv());
    expect(first).toMatchObject(others);
    expect(GATEWAY_JWT_SECRET).not.toBe(first.GATEWAY_JWT_SECRET);
  });

  test("are such as the gateway takes", async () => {
    await say(desk, ["secrets", "all", "signing-key"]);
    expect(await say(desk, ["check"])).toMatchObject({ code: 0 });
  });
});

describe("connect", () => {
  const endpoint = "http://localhost:8080/memory/mcp";

  test.each([
    ["claude-code", `claude mcp add --transport http memory ${endpoint}`],
    ["vscode", `code --add-mcp '{"name":"memory","type":"http","url":"${endpoint}"}'`],
    ["codex", `codex mcp add memory --url ${endpoint} && codex mcp login memory`],
    ["gemini", `gemini mcp add --scope user --transport http memory ${endpoint}`],
    ["mcp-remote", `npx -y mcp-remote ${endpoint}`],
    ["cursor", ".cursor/mcp.json"],
    ["kiro", ".kiro/settings/mcp.json"],
    ["claude-desktop", "claude_desktop_config.json"],
  ])("tells %s", async (kind, line) => {
    expect(await say(desk, ["connect", kind, "memory"])).toMatchObject({
      code: 0,
      printed: expect.stringContaining(line),
    });
  });

  test("writes into a client's file, keeps what is there, and a copy of it", async () => {
    const file = join(folder, "mcp.json");
    const before = '{\n  // mine\n  "servers": { "other": { "url": "https://other.dev/mcp" } }\n}\n';
    await writeFile(file, before, { mode: 0o640 });
    const write = ["connect", "vscode", "memory", "--write", "--file", file];
    expect(await say(desk, write)).toMatchObject({ code: 0 });
    const after = await readFile(file, "utf8");
    expect(after).toContain("// mine");
    expect(after).toContain("https://other.dev/mcp");
    expect(after).toContain(endpoint);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await readFile(`${file}.before-gateway`, "utf8")).toBe(before);
    expect((await say(desk, write)).printed).toContain("already");
    expect(await readFile(file, "utf8")).toBe(after);
  });

  test("makes a file that is not there, in the client's own place", async () => {
    expect(await say(desk, ["connect", "cursor", "--all", "--write"])).toMatchObject({ code: 0 });
    const written = JSON.parse(await readFile(join(folder, ".cursor/mcp.json"), "utf8"));
    expect(written).toEqual({ mcpServers: { memory: { url: endpoint } } });
  });

  test.each([
    ["a file that is no JSON", "{", "JSON"],
    ["another entry of the name", '{"mcpServers":{"memory":{"url":"https://else.dev"}}}', "--replace"],
    ["a list where servers are due", '{"mcpServers":[]}', "an object"],
  ])("leaves %s as it is, and says why", async (_what, content, hint) => {
    const file = join(folder, "client.json");
    await writeFile(file, content);
    const { code, printed } = await say(desk, ["connect", "cursor", "memory", "--write", "--file", file]);
    expect([code, printed]).toEqual([1, expect.stringContaining(hint)]);
    expect(await readFile(file, "utf8")).toBe(content);
  });

  test.each([
    [["connect", "cursor", "absent"], "memory"],
    [["connect", "emacs", "memory"], "claude-code"],
    [["connect", "cursor", "--write"], "NAME | --all"],
    [["connect", "mcp-remote", "memory", "--write"], "npx -y mcp-remote"],
    [["connect", "codex", "memory", "--write"], "codex mcp add memory"],
  ])("%j is refused with what is right", async (args, hint) => {
    expect(await say(desk, args)).toMatchObject({ code: 1, printed: expect.stringContaining(hint) });
  });
});
