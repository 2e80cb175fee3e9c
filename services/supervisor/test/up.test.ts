import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { GatewayStatus } from "../src/domain/server-state.ts";
import { freePorts } from "../src/ports.ts";
import {
  type Desk,
  end,
  exitCodeOf,
  makeDesk,
  say,
  start,
  survivorsOf,
  treeOf,
  until,
  untilStatus,
} from "./fixtures/gateway.ts";

const stateOf = (status: GatewayStatus, name: string) => status.servers.find((server) => server.name === name)?.state;
const pidOf = (status: GatewayStatus, name: string) =>
  status.processes.find((each) => each.name === name)?.pid as number;
const isSettled = (status: GatewayStatus) =>
  status.servers.every(({ state }) => state.kind === "ready" || state.kind === "failed");
const freePort = async () => (await freePorts(1))[0] as number;
const isListening = async (url: string) => fetch(url).then(({ status }) => status);

describe("up", () => {
  let desk: Desk;
  let up: ReturnType<typeof start>;
  beforeAll(async () => {
    desk = makeDesk(await freePort());
    up = start(desk, "up");
  });
  afterAll(async () => {
    await end(up.child, "SIGKILL");
    await until(() => (survivorsOf(treeOf(up.child.pid as number)).length === 0 ? true : undefined));
    desk.remove();
  });

  test("prints one table and how to connect, once a client gets its 401", async () => {
    await until(() => (up.printed().includes("SERVER") ? true : undefined));
    expect(await isListening(`${desk.url}/stdio/mcp`)).toBe(401);
    expect(up.printed()).toContain(`claude mcp add --transport http stdio ${desk.url}/stdio/mcp`);
    expect(up.printed()).toContain("loopback can sign in");
    expect(up.printed()).toMatch(/^stdio {3}starting/m);
  });

  test("shows what is ready, and why the rest is not, while the others run", async () => {
    const status = await untilStatus(desk, up, isSettled);
    expect(status).toMatchObject({ pid: up.child.pid, url: desk.url, edge: "edge" });
    expect(stateOf(status, "stdio")).toEqual({ kind: "ready" });
    expect(stateOf(status, "native")).toEqual({ kind: "ready" });
    expect(stateOf(status, "absent")).toMatchObject({ reason: expect.stringContaining("no-such-program") });
    expect(stateOf(status, "dies")).toMatchObject({ reason: expect.stringContaining("no key given") });
    expect(up.printed()).toContain("stdio: ready");
    expect((await say(desk, "status")).printed).toMatch(/^absent +failed +command not found: no-such-program/m);
  });

  test("is refused a second time on the same data, naming the first", async () => {
    const second = { ...desk, env: { ...desk.env, GATEWAY_PORT: String(await freePort()) } };
    const { code, printed } = await say(second, "up");
    expect([code, printed]).toEqual([1, expect.stringContaining(`pid ${up.child.pid}`)]);
    expect(printed).toContain(desk.env.GATEWAY_DATA_DIR);
  });

  test("a second time takes up what was changed: that alone starts anew, and a mistake changes nothing", async () => {
    const before = await untilStatus(desk, up, isSettled);
    expect(await say(desk, "up")).toMatchObject({ code: 0, printed: expect.stringContaining("Nothing has changed.") });
    const declared = JSON.parse(readFileSync(join(desk.folder, "gateway.json"), "utf8"));
    const { absent: _absent, ...kept } = declared.mcpServers;
    desk.declare({ mcpServers: { ...kept, stdio: { ...kept.stdio, command: 5 } } });
    expect(await say(desk, "up")).toMatchObject({
      code: 1,
      printed: expect.stringContaining("mcpServers.stdio.command"),
    });
    expect(pidOf(await untilStatus(desk, up, isSettled), "stdio")).toBe(pidOf(before, "stdio"));

    desk.declare({ mcpServers: { ...kept, stdio: { ...kept.stdio, env: { NEW: "1" } } } });
    const { printed } = await say(desk, "up");
    expect(printed).toMatch(/^Started anew: stdio, auth, edge$/m);
    expect(printed).toMatch(/^Ended: absent$/m);
    const after = await untilStatus(desk, up, isSettled);
    expect(after.servers.map(({ name }) => name)).toEqual(["stdio", "native", "dies"]);
    expect(pidOf(after, "native")).toBe(pidOf(before, "native"));
    expect(pidOf(after, "stdio")).not.toBe(pidOf(before, "stdio"));
    expect(await isListening(`${desk.url}/absent/mcp`)).toBe(404);

    desk.declare(declared);
    expect((await say(desk, "up")).printed).toMatch(/^Started: absent$/m);
    await until(async () => ((await isListening(`${desk.url}/absent/mcp`)) === 401 ? true : undefined));
  }, 60_000);

  test("a key that cannot be used leaves the auth alone that is there, and is told of by check", async () => {
    const before = await untilStatus(desk, up, isSettled);
    const declared = JSON.parse(readFileSync(join(desk.folder, "gateway.json"), "utf8"));
    const pasted = { issuer: "https://vendor.example", jwks: { keys: [] } };
    desk.declare({ ...declared, gateway: { registration: { softwareStatements: [pasted] } } });
    const told = { code: 1, printed: expect.stringContaining("gateway.registration.softwareStatements[0].jwks") };
    expect(await say(desk, "check")).toMatchObject(told);
    expect(await say(desk, "up")).toMatchObject(told);
    expect(pidOf(await untilStatus(desk, up, isSettled), "auth")).toBe(pidOf(before, "auth"));
    expect(await isListening(`${desk.url}/stdio/mcp`)).toBe(401);
    desk.declare(declared);
  }, 60_000);

  test("an edit of one server's arguments touches neither auth nor the edge", async () => {
    const before = await untilStatus(desk, up, isSettled);
    const declared = JSON.parse(readFileSync(join(desk.folder, "gateway.json"), "utf8"));
    declared.mcpServers.stdio.env = { OTHER: "1" };
    desk.declare(declared);
    expect((await say(desk, "up")).printed).toMatch(/^Started anew: stdio$/m);
    const after = await untilStatus(desk, up, isSettled);
    for (const name of ["auth", "edge", "native"]) expect(pidOf(after, name)).toBe(pidOf(before, name));
    expect(stateOf(after, "stdio")).toEqual({ kind: "ready" });
  }, 60_000);

  test("starts again what was killed: auth, a proxy, a native server", async () => {
    const before = await untilStatus(desk, up, isSettled);
    for (const name of ["auth", "stdio", "native"]) process.kill(pidOf(before, name), "SIGKILL");
    const after = await untilStatus(
      desk,
      up,
      (status) =>
        ["auth", "stdio", "native"].every(
          (name) => (pidOf(status, name) ?? pidOf(before, name)) !== pidOf(before, name),
        ) && isSettled(status),
    );
    expect(stateOf(after, "stdio")).toEqual({ kind: "ready" });
    expect(stateOf(after, "native")).toEqual({ kind: "ready" });
    await until(async () => ((await isListening(`${desk.url}/stdio/mcp`)) === 401 ? true : undefined));
  });

  test("ends with Ctrl-C: exit code 0, no process and no socket left", async () => {
    const tree = treeOf(up.child.pid as number);
    expect(tree.length).toBeGreaterThan(6);
    expect(await end(up.child, "SIGINT")).toBe(0);
    await until(() => (survivorsOf(tree).length === 0 ? true : undefined));
    expect(existsSync(join(desk.env.GATEWAY_DATA_DIR, "run/supervisor.sock"))).toBe(false);
    expect(await say(desk, "status")).toMatchObject({ code: 1, printed: expect.stringContaining("not running") });
  });

  test("leaves nothing behind when it is killed, and can be started again", async () => {
    up = start(desk, "up");
    await untilStatus(desk, up, isSettled);
    const tree = treeOf(up.child.pid as number);
    await end(up.child, "SIGKILL");
    await until(() => (survivorsOf(tree).length === 0 ? true : undefined));
    up = start(desk, "up");
    await untilStatus(desk, up, isSettled);
    expect(await say(desk, "down")).toEqual({ code: 0, printed: "The gateway has ended.\n" });
    expect(await exitCodeOf(up.child)).toBe(0);
  });
});

describe("up does not start", () => {
  let desk: Desk;
  afterEach(() => desk.remove());

  test("on a port that is in use: it says by whom, and how to choose another", async () => {
    const port = await freePort();
    desk = makeDesk(port);
    const other = createServer().listen(port, "127.0.0.1");
    const { code, printed } = await say(desk, "up");
    other.close();
    expect([code, printed]).toEqual([1, expect.stringContaining(`Port ${port} is in use`)]);
    expect(printed).toContain(`(pid ${process.pid})`);
    expect(printed).toMatch(/GATEWAY_PORT=\d+ just up/);
  });

  test("when auth cannot: it shows what auth said, and leaves nothing running", async () => {
    desk = makeDesk(await freePort());
    mkdirSync(join(desk.folder, "data/auth"), { recursive: true, mode: 0o700 });
    mkdirSync(join(desk.folder, "data/auth/signing-keys.json"));
    writeFileSync(join(desk.folder, "data/auth/signing-keys.json/x"), "");
    const { code, printed } = await say(desk, "up");
    expect([code, printed]).toEqual([1, expect.stringContaining("auth exited with code 1")]);
  });

  test.each([
    ["settings", { GATEWAY_PORT: "http" }, "GATEWAY_PORT: found"],
    ["auth's settings", { JWT_ALGORITHM: "HS256" }, "JWT_ALGORITHM: found"],
    ["half a GitHub app", { GITHUB_CLIENT_ID: "id" }, "GITHUB_CLIENT_SECRET: is missing"],
    ["a Traefik that is not there", { TRAEFIK_BIN: "/no/traefik" }, "TRAEFIK_BIN=/no/traefik"],
  ])("with wrong %s: it names them", async (_what, env, named) => {
    desk = makeDesk(await freePort());
    const { code, printed } = await say({ ...desk, env: { ...desk.env, ...env } }, "up");
    expect([code, printed]).toEqual([1, expect.stringContaining(named)]);
  });
});

describe("verbs", () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = makeDesk(await freePort());
  });
  afterAll(() => desk.remove());

  test("list shows commands, never environments", async () => {
    const { printed } = await say(desk, "list", "--json");
    const [first] = JSON.parse(printed);
    expect(first).toMatchObject({ name: "stdio", kind: "stdio", enabled: true, endpoint: `${desk.url}/stdio/mcp` });
    expect(printed).not.toContain("env");
  });

  test("add, then remove, changes what list shows", async () => {
    expect(await say(desk, "add", "x", "node", "a b", "; touch pwned")).toMatchObject({ code: 0 });
    expect((await say(desk, "list")).printed).toContain("node 'a b' '; touch pwned'");
    expect(await say(desk, "remove", "x")).toMatchObject({ code: 0 });
    expect((await say(desk, "list")).printed).not.toContain("pwned");
  });

  test("check tells what is missing without calling it a mistake", async () => {
    const { code, printed } = await say(desk, "check");
    expect([code, printed]).toEqual([0, expect.stringContaining("absent will not start: ")]);
  });

  test("check tells that a provider is set and nobody may sign in there", async () => {
    const app = { GITHUB_CLIENT_ID: "Iv1.0123456789abcdef", GITHUB_CLIENT_SECRET: "0123456789abcdef" };
    const { code, printed } = await say({ ...desk, env: { ...desk.env, ...app } }, "check");
    expect([code, printed]).toEqual([0, expect.stringContaining("ALLOWED_GITHUB_USERS is empty")]);
  });

  test("--help names every verb with what it does", async () => {
    const { code, printed } = await say(desk, "--help");
    const names = [
      ...["up", "down", "restart", "status", "logs", "list", "add", "remove", "connect", "setup", "secrets", "check"],
      ...[
        "build",
        "rebuild",
        "render",
        "doctor",
        "rotate-keys",
        "clients",
        "tokens",
        "users",
        "stats",
        "purge",
        "backup",
        "backups",
        "restore",
      ],
    ];
    const named = [...printed.matchAll(/^ {2}([a-z-]+) +[A-Z].*\.$/gm)].map(([, name]) => name);
    expect([code, named.sort()]).toEqual([0, names.sort()]);
  });

  test.each([["add"], ["clients"]])("%s --help says how it is used", async (verb) => {
    const { code, printed } = await say(desk, verb, "--help");
    expect([code, printed]).toEqual([0, expect.stringMatching(new RegExp(`^just ${verb} `))]);
  });

  test.each([
    [["status", "--jsn"], "--json"],
    [["add", "x"], "just add x COMMAND"],
    [["add"], "a name and a command or URL"],
    [["remove"], "Give one name"],
    [["nonsense"], "up"],
  ])("%j is refused with what is right", async (args, hint) => {
    const { code, printed } = await say(desk, ...args);
    expect(code).not.toBe(0);
    expect(printed).toContain(hint);
  });
});
