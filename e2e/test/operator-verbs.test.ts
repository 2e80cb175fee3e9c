import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "@jest/globals";
import { type Gateway, say } from "../src/gateway.ts";
import { post } from "../src/http.ts";
import { obtainTokens, refresh } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { until } from "../src/processes.ts";
import { declarationOf } from "../src/servers.ts";
import { testWithOneGateway } from "../src/shared-gateway.ts";

const test = testWithOneGateway(() => ({ edge: "the edge", declaration: declarationOf("memory") }));

const signIn = (gateway: Gateway, username = "alice") =>
  obtainTokens(gateway.origin, gateway.mcpUrl("memory"), new PlainBrowser({ username }));

/** Says a verb with --json; gives what it answered. */
async function ask(gateway: Gateway, ...args: string[]) {
  const { code, printed } = await say(gateway, [...args, "--json"]);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${printed}`);
  return JSON.parse(printed);
}

const tokenOf = async (gateway: Gateway, clientId: string) => {
  const { tokens } = await ask(gateway, "tokens");
  return tokens.find(({ client_id }: { client_id: string }) => client_id === clientId);
};

async function statusWith(gateway: Gateway, accessToken: string): Promise<number> {
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "e2e", version: "1" } };
  const initialize = { jsonrpc: "2.0", id: 1, method: "initialize", params };
  return (await post(gateway.mcpUrl("memory"), initialize, { authorization: `Bearer ${accessToken}` })).status;
}

const untilRefused = (gateway: Gateway, accessToken: string) =>
  until(async () => ((await statusWith(gateway, accessToken)) === 401 ? true : undefined), "the token refused");

describe("clients and tokens", () => {
  test("what deletes does nothing without a person or --yes, and says so", async (gateway) => {
    const { client } = await signIn(gateway);
    for (const args of [
      ["clients", "delete", client.clientId],
      ["clients", "delete", "--all"],
      ["tokens", "revoke", "--all"],
      ["tokens", "revoke", "--user", "alice"],
    ]) {
      expect(await say(gateway, args)).toMatchObject({ code: 1, printed: expect.stringContaining("--yes") });
    }
    expect(await ask(gateway, "clients", "show", client.clientId)).toMatchObject({ tokens: 1 });
  });

  test("a client is listed, shown by a part of its id, and deleted with its tokens", async (gateway) => {
    const { client, tokens } = await signIn(gateway);
    const env = { ...gateway.env, HOME: process.env.HOME }; // the recipes' own tools keep their downloads there
    const { printed } = await say({ folder: gateway.folder, env }, ["oauth-list-registrations"], "just");
    expect(printed).toContain(client.clientId);
    expect(printed).not.toContain(tokens.refresh_token);
    const part = client.clientId.slice(-12);
    expect((await say(gateway, ["clients", "show", part])).printed).toContain(client.redirectUri);
    expect(await ask(gateway, "clients", "delete", part, "--yes")).toEqual({ deleted: 1, tokens_revoked: 1 });
    await untilRefused(gateway, tokens.access_token);
    await expect(refresh(gateway.origin, client, tokens.refresh_token)).rejects.toThrow("401");
  });

  test("a token is shown without its value, and revoked within a second", async (gateway) => {
    const { client, tokens } = await signIn(gateway);
    const { id } = await tokenOf(gateway, client.clientId);
    const shown = await say(gateway, ["tokens", "show", id.slice(0, 10)]);
    expect(shown.printed).toMatch(/alice \(local\|alice\)/);
    for (const secret of [tokens.access_token, tokens.refresh_token]) expect(shown.printed).not.toContain(secret);
    expect(await say(gateway, ["tokens", "revoke", id, "--yes"])).toMatchObject({ code: 0 });
    await untilRefused(gateway, tokens.access_token);
    expect(await say(gateway, ["tokens", "show", id])).toMatchObject({ code: 1 });
  });

  test("everything of one user ends, and nothing of another", async (gateway) => {
    const [alice, bob] = [await signIn(gateway, "alice"), await signIn(gateway, "bob")];
    await ask(gateway, "tokens", "revoke", "--user", "alice", "--yes");
    await untilRefused(gateway, alice.tokens.access_token);
    expect(await statusWith(gateway, bob.tokens.access_token)).toBe(200);
    expect((await ask(gateway, "tokens", "list", "--user", "alice")).total).toBe(0);
  });

  test("whoever has a token is among the users", async (gateway) => {
    await signIn(gateway, "alice");
    const { users } = await ask(gateway, "users");
    expect(users).toContainEqual(
      expect.objectContaining({ sub: "local|alice", user: "alice", provider: "local", servers: ["memory"] }),
    );
    expect((await say(gateway, ["users"])).printed).toMatch(/^alice +local\|alice +local +\d+ +\d+ .* memory$/m);
  });

  test("stats count, and purge finds nothing that has not expired", async (gateway) => {
    const { client } = await signIn(gateway);
    expect((await ask(gateway, "stats")).tokens_by_server.memory).toBeGreaterThan(0);
    expect((await say(gateway, ["purge", "--dry-run"])).printed).toMatch(/^Would drop \d+ record/);
    expect(await say(gateway, ["purge"])).toMatchObject({ code: 0 });
    expect(await tokenOf(gateway, client.clientId)).toBeDefined();
  });

  test("a mistake on the command line is refused with what is right", async (gateway) => {
    for (const [args, hint] of [
      [["clients", "show", "absent-id"], "just clients"],
      [["tokens", "revoke", "absent-id", "--yes"], "just tokens"],
      [["clients", "delete"], "Use: just clients"],
      [["clients", "delete", "x", "--all"], "Use: just clients"],
      [["tokens", "nonsense"], "Use: just tokens"],
      [["users", "alice"], "Use: just users"],
      [["purge", "--dry"], "Use: just purge"],
    ] as const) {
      expect(await say(gateway, args)).toMatchObject({ code: 1, printed: expect.stringContaining(hint) });
    }
  });
});

describe("backup and restore", () => {
  test("a file for its owner alone brings a deleted client back, and no token that ended", async (gateway) => {
    const { client, tokens } = await signIn(gateway);
    const file = join(gateway.folder, "backup.json");
    expect(await say(gateway, ["backup", file])).toMatchObject({ code: 0, printed: expect.stringContaining(file) });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const content = await readFile(file, "utf8");
    for (const secret of [tokens.access_token, tokens.refresh_token]) expect(content).not.toContain(secret);
    await ask(gateway, "clients", "delete", client.clientId, "--yes");
    expect(await ask(gateway, "restore", file, "--dry-run")).toMatchObject({ clients: { restored: 1 }, dry_run: true });
    expect(await say(gateway, ["clients", "show", client.clientId])).toMatchObject({ code: 1 });
    expect(await say(gateway, ["restore", file])).toMatchObject({ code: 0 });
    expect(await ask(gateway, "clients", "show", client.clientId)).toMatchObject({ tokens: 0 });
    await expect(refresh(gateway.origin, client, tokens.refresh_token)).rejects.toThrow("400");
  });

  test("an encrypted one opens by its passphrase alone, and lies in the data folder unless told otherwise", async (gateway) => {
    const { client } = await signIn(gateway);
    const sealed = { ...gateway.env, GATEWAY_BACKUP_PASSPHRASE: "correct horse battery" };
    const made = await say({ folder: gateway.folder, env: sealed }, ["backup", "--json"]);
    const { file, encrypted } = JSON.parse(made.printed);
    expect(encrypted).toBe(true);
    expect(await readFile(file, "utf8")).not.toContain(client.clientId);
    expect((await say(gateway, ["backups"])).printed).toContain(file);
    expect(await say(gateway, ["restore", file])).toMatchObject({
      code: 1,
      printed: expect.stringContaining("passphrase"),
    });
    const wrong = { ...gateway.env, GATEWAY_BACKUP_PASSPHRASE: "another long passphrase" };
    expect(await say({ folder: gateway.folder, env: wrong }, ["restore", file])).toMatchObject({
      ...{ code: 1, printed: expect.stringContaining("cannot be opened") },
    });
    const view = await say({ folder: gateway.folder, env: sealed }, ["backups", "view", file]);
    expect(view.printed).toContain(gateway.origin);
    expect(await say({ folder: gateway.folder, env: sealed }, ["restore", file, "--clear", "--yes"])).toMatchObject({
      code: 0,
    });
  });

  test("a file that is no backup is refused, and one that is there is not replaced unasked", async (gateway) => {
    const file = join(gateway.folder, "gateway.json");
    expect(await say(gateway, ["restore", file])).toMatchObject({
      code: 1,
      printed: expect.stringContaining("no backup"),
    });
    expect(await say(gateway, ["backup", file])).toMatchObject({ code: 1, printed: expect.stringContaining("--yes") });
  });
});

describe("processes and logs", () => {
  test("one server is started anew, and the others keep their process", async (gateway) => {
    await gateway.untilReady("memory");
    const pids = async () =>
      Object.fromEntries(
        (await ask(gateway, "status")).processes.map(({ name, pid }: { name: string; pid: number }) => [name, pid]),
      );
    const before = await pids();
    expect(await say(gateway, ["restart", "memory"])).toMatchObject({ code: 0 });
    const after = await pids();
    expect(after).toMatchObject({ auth: before.auth, edge: before.edge });
    expect(after.memory).not.toBe(before.memory);
  });

  test("auth is started anew without ending a token", async (gateway) => {
    const { tokens } = await signIn(gateway);
    expect(await say(gateway, ["restart", "auth"])).toMatchObject({ code: 0 });
    await until(
      async () => ((await statusWith(gateway, tokens.access_token)) === 200 ? true : undefined),
      "the token still good",
    );
  });

  test("restart and logs name what there is when they are given another", async (gateway) => {
    for (const verb of ["restart", "logs"]) {
      expect(await say(gateway, [verb, "absent"])).toMatchObject({
        code: 1,
        printed: expect.stringContaining("memory"),
      });
    }
  });

  test("logs shows the last lines of one process, or of all with their names", async (gateway) => {
    const one = await say(gateway, ["logs", "auth", "--lines", "1"]);
    expect(one.printed.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(one.printed)).toMatchObject({ service: "auth" });
    expect((await say(gateway, ["logs"])).printed).toMatch(/^auth {2}\{.*"service":"auth"/m);
  });
});

describe("doctor", () => {
  test("finds nothing to mend in a gateway that runs, and has gone the way of a client", async (gateway) => {
    await gateway.untilReady("memory");
    const { code, printed } = await say(gateway, ["doctor"]);
    expect(printed).toMatch(/^ok +sign-in to memory: 401/m);
    expect(printed).toMatch(/^Nothing to mend/m);
    expect(code).toBe(0);
  });

  test("says what to do about what is wrong, and exits with 1", async (gateway) => {
    const env = { ...gateway.env, REDIS_URL: "redis://127.0.0.1:1", GITHUB_CLIENT_ID: "your-client-id" };
    const { code, printed } = await say({ folder: gateway.folder, env }, ["doctor", "settings", "redis", "--json"]);
    const findings = JSON.parse(printed) as { about: string; state: string; advice?: string }[];
    expect(code).toBe(1);
    const problems = findings.filter(({ state }) => state === "problem");
    expect(problems.map(({ about }) => about)).toEqual(expect.arrayContaining(["Redis", "GITHUB_CLIENT_ID"]));
    expect(problems.filter(({ advice }) => !advice)).toEqual([]);
  });
});
