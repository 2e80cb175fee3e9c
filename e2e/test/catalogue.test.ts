import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { connectSdkV2 } from "../src/clients/sdk-v2.ts";
import { describeThroughBothEdges } from "../src/edges.ts";
import { say, type ways } from "../src/gateway.ts";
import { post, send } from "../src/http.ts";
import { declarationOf } from "../src/servers.ts";
import { ownServerTests } from "../src/suites/own-servers.ts";
import { testWith } from "../src/test-with.ts";

/** An empty gateway.json in a folder of its own. */
async function openDesk() {
  const folder = await mkdtemp(join(tmpdir(), "gateway-e2e-catalogue-"));
  const file = join(folder, "gateway.json");
  await writeFile(file, '{ "mcpServers": {} }');
  const env = { ...process.env, GATEWAY_CONFIG: file, GATEWAY_DATA_DIR: join(folder, "data") };
  return {
    say: (args: readonly string[], by?: keyof typeof ways) => say({ folder, env }, args, by),
    declaration: async () => JSON.parse(await readFile(file, "utf8")),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The servers that `just add NAME` puts into an empty gateway.json. */
async function added(...names: readonly string[]): Promise<Record<string, unknown>> {
  await using desk = await openDesk();
  for (const name of names) expect(await desk.say(["add", name], "just")).toMatchObject({ code: 0 });
  return (await desk.declaration()).mcpServers;
}

/** The gateway's own servers as they are added, and one that people have from the start, at a version that is pinned. */
async function declared() {
  const own = await added("mcp-echo-stateless", "mcp-echo-stateful", "mcp-fetchs");
  return { mcpServers: { ...own, ...declarationOf("mcp-sequentialthinking").mcpServers } };
}

describe("add, with a name alone", () => {
  const test = testWith("/proc");
  let desk: Awaited<ReturnType<typeof openDesk>>;
  beforeEach(async () => {
    desk = await openDesk();
  });
  afterEach(() => desk[Symbol.asyncDispose]());

  test("refuses a name that nobody knows, says what may be meant, and writes nothing", async () => {
    const { code, printed } = await desk.say(["add", "mcp-fecth"]);
    expect({ code, printed }).toMatchObject({ code: 1, printed: expect.stringContaining("Did you mean mcp-fetch?") });
    expect(await desk.say(["add", "unheard-of"])).toMatchObject({
      printed: expect.stringContaining("just add --list"),
    });
    expect(await desk.declaration()).toEqual({ mcpServers: {} });
  });

  test("refuses a second one of a name", async () => {
    await desk.say(["add", "mcp-time"]);
    expect(await desk.say(["add", "mcp-time"])).toMatchObject({
      code: 1,
      printed: expect.stringContaining("just remove"),
    });
  });

  test("declares what is known by it, and says what it needs and what to beware of", async () => {
    const { code, printed } = await desk.say(["add", "mcp-tmux"], "just");
    expect({ code, printed }).toMatchObject({ code: 0, printed: expect.stringContaining("It needs uv, tmux.") });
    expect(printed).toContain("any command as you");
    expect(await desk.declaration()).toMatchObject({
      mcpServers: { "mcp-tmux": { command: "uvx", args: ["--with", "mcp<2", "tmux-mcp"] } },
    });
  });

  test("refuses a short host that leads to another server, and says how to do without", async () => {
    await desk.say(["add", "time", "node", "my-own.js"]);
    const { code, printed } = await desk.say(["add", "mcp-time"]);
    expect([code, printed]).toEqual([1, expect.stringContaining("time has this one")]);
    expect(printed).toContain("just add mcp-time --no-aliases");
    expect(await desk.say(["add", "mcp-time", "--no-aliases"], "just")).toMatchObject({ code: 0 });
    expect((await desk.declaration()).mcpServers["mcp-time"]).toEqual({ command: "uvx", args: ["mcp-server-time"] });
  });

  test("gives it the short host that it is known by, and completes the name", async () => {
    const { printed } = await desk.say(["add", "fetch"], "just");
    expect(printed).toContain("Added mcp-fetch.");
    expect(printed).toContain("short host is fetch");
    expect(await desk.say(["add", "mcp-echo-stateful"])).toMatchObject({ code: 0 });
    expect(await desk.declaration()).toMatchObject({
      mcpServers: {
        "mcp-fetch": { command: "uvx", gateway: { aliases: ["fetch"] } },
        "mcp-echo-stateful": { gateway: { aliases: ["echo-stateful"] } },
      },
    });
  });

  test("keeps apart what it remembers of each user, of a server that can", async () => {
    expect(await desk.say(["add", "mcp-memory", "--per-user"], "just")).toMatchObject({ code: 0 });
    expect((await desk.declaration()).mcpServers["mcp-memory"]).toMatchObject({
      env: { MEMORY_FILE_PATH: expect.stringMatching(/memory-\$\{MCP_USER_ID\}\.json$/) },
      gateway: { userEnv: true, aliases: ["memory"] },
    });
    expect(await desk.say(["add", "mcp-filesystem", "--per-user"])).toMatchObject({
      code: 1,
      printed: expect.stringContaining("mcp-memory can"),
    });
  });

  test("gives way to a command", async () => {
    await desk.say(["add", "mcp-time", "node", "my-own.js"]);
    expect(await desk.declaration()).toMatchObject({ mcpServers: { "mcp-time": { command: "node" } } });
  });

  test("--list shows what is known, --json to programs", async () => {
    expect(await desk.say(["add", "--list"], "just")).toMatchObject({ printed: expect.stringContaining("mcp-fetchs") });
    const { printed } = await desk.say(["add", "--list", "--json"], "just");
    expect(JSON.parse(printed)).toContainEqual(
      expect.objectContaining({ name: "mcp-playwright", aliases: ["playwright"] }),
    );
  });
});

describeThroughBothEdges(
  async () => ({ declaration: await declared() }),
  (test) => {
    ownServerTests(test, ({ origin }) => origin);

    test("mcp-sequentialthinking keeps count of a session's thoughts", async (gateway) => {
      await gateway.untilReady("mcp-sequentialthinking");
      await using client = await connectSdkV2(gateway.mcpUrl("mcp-sequentialthinking"), gateway.browser(), "legacy");
      const think = async (thoughtNumber: number) => {
        const thought = { thought: "hm", nextThoughtNeeded: true, thoughtNumber, totalThoughts: 2 };
        return JSON.parse(await client.callTool("sequentialthinking", thought));
      };
      expect(await think(1)).toMatchObject({ thoughtNumber: 1, thoughtHistoryLength: 1 });
      expect(await think(2)).toMatchObject({ thoughtNumber: 2, thoughtHistoryLength: 2 });
    });

    test("mcp-fetchs answers on its short host, which has a document of its own", async (gateway) => {
      await gateway.untilReady("mcp-fetchs");
      const { status, headers } = await post(gateway.hostUrl("fetchs"), { jsonrpc: "2.0", id: 1, method: "ping" });
      expect(status).toBe(401);
      const [, document = ""] = /resource_metadata="([^"]+)"/.exec(`${headers["www-authenticate"]}`) ?? [];
      expect(JSON.parse((await send(document)).text).resource).toBe(gateway.hostUrl("fetchs"));
    });
  },
);
