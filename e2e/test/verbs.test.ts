import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { freePort } from "../src/free-port.ts";
import { Gateway, say } from "../src/gateway.ts";
import { post } from "../src/http.ts";
import { obtainTokens, refresh } from "../src/oauth.ts";
import { PlainBrowser } from "../src/person.ts";
import { until, untilAllGone } from "../src/processes.ts";
import { declarationOf, servers } from "../src/servers.ts";
import { testWith } from "../src/test-with.ts";

const test = testWith("/proc");

describe("verbs on gateway.json, through the justfile", () => {
  let folder: string;
  let desk: { folder: string; env: NodeJS.ProcessEnv };
  const declared = async () => JSON.parse(await readFile(join(folder, "gateway.json"), "utf8")).mcpServers;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gateway-e2e-verbs-"));
    await writeFile(join(folder, "gateway.json"), JSON.stringify(declarationOf("memory")));
    desk = {
      folder,
      env: {
        ...process.env,
        GATEWAY_CONFIG: join(folder, "gateway.json"),
        GATEWAY_DATA_DIR: join(folder, "data"),
        GATEWAY_PORT: `${await freePort()}`,
      },
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("add keeps every argument as it was written, and runs none of them", async () => {
    const added = await say(desk, ["add", "x", "node", "a b", "; touch pwned", "$HOME", "`id`"], "just");
    expect(added).toMatchObject({ code: 0 });
    expect((await declared()).x).toMatchObject({ command: "node", args: ["a b", "; touch pwned", "$HOME", "`id`"] });
    for (const place of [folder, fileURLToPath(new URL("../..", import.meta.url)), process.cwd()])
      expect(existsSync(join(place, "pwned"))).toBe(false);
  });

  test("add takes a URL, list shows what is declared, remove takes it away", async () => {
    expect(await say(desk, ["add", "docs", "http://127.0.0.1:9/mcp"], "just")).toMatchObject({ code: 0 });
    expect((await declared()).docs).toMatchObject({ url: "http://127.0.0.1:9/mcp" });
    const list = await say(desk, ["list"], "just");
    expect(list.printed).toContain("docs");
    expect(list.printed).toContain("memory");
    expect(await say(desk, ["remove", "docs"], "just")).toMatchObject({ code: 0 });
    expect(Object.keys(await declared())).toEqual(["memory"]);
  });

  test("remove names the servers there are when it is given another", async () => {
    const { code, printed } = await say(desk, ["remove", "absent"]);
    expect(code).toBe(1);
    expect(printed).toContain("absent");
    expect(printed).toContain("memory");
  });

  for (const [mistake, declared, found] of [
    ["a value of the wrong type", { a: { command: 5 } }, "mcpServers.a.command: found 5; allowed:"],
    ["a name that is no host name", { Not_A_Label: servers.memory }, "Not_A_Label"],
    ["an unknown key", { a: { ...servers.memory, comand: "x" } }, "comand"],
  ] as const) {
    test(`up refuses ${mistake} in gateway.json, with the file and the place`, async () => {
      await writeFile(join(folder, "gateway.json"), JSON.stringify({ mcpServers: declared }));
      const { code, printed } = await say(desk, ["up"]);
      expect(code).toBe(1);
      expect(printed).toContain(join(folder, "gateway.json"));
      expect(printed).toContain(found);
    });
  }

  test("up says which port is in use and how to choose another", async () => {
    const port = Number(desk.env.GATEWAY_PORT);
    const other = createServer().listen(port, "127.0.0.1");
    try {
      const { code, printed } = await say(desk, ["up"]);
      expect(code).toBe(1);
      expect(printed).toContain(`${port}`);
      expect(printed).toContain("GATEWAY_PORT=");
      await untilAllGone(folder);
    } finally {
      other.close();
    }
  });

  test("status and down say so when nothing is up", async () => {
    for (const verb of ["status", "down", "rotate-keys"]) {
      const { printed } = await say(desk, [verb], "just");
      expect(printed).toMatch(/not (up|running)/i);
    }
  });
});

describe("a gateway that is up", () => {
  test("by just up: shows each server's state, and Ctrl-C leaves no process", async () => {
    const absent = { command: "no-such-program-e2e" };
    const declaration = { mcpServers: { ...declarationOf("memory").mcpServers, absent } };
    await using gateway = await Gateway.start({ edge: "the edge", declaration, by: "just", env: inheritedHome });
    const { printed } = await until(
      async () => {
        const status = await say(gateway, ["status"]);
        return /memory\s.*ready/.test(status.printed) ? status : undefined;
      },
      () => gateway.printed,
    );
    expect(printed).toMatch(/absent\s.*fail/i);
    expect(`${printed}${gateway.printed}`).toContain("no-such-program-e2e");
    expect(gateway.printed).toContain(gateway.mcpUrl("memory"));
    await gateway.end("SIGINT");
    await untilAllGone(gateway.folder);
  });

  test("rotate-keys changes the key that signs: live tokens stay good, those of a compromised key do not", async () => {
    await using gateway = await Gateway.start({ edge: "the edge", declaration: declarationOf("memory") });
    const { client, tokens } = await obtainTokens(gateway.origin, gateway.mcpUrl("memory"), new PlainBrowser());
    const statusWith = async ({ access_token }: typeof tokens) => {
      const list = { jsonrpc: "2.0", id: 1, method: "initialize", params: initializeParams };
      return (await post(gateway.mcpUrl("memory"), list, { authorization: `Bearer ${access_token}` })).status;
    };
    expect(await statusWith(tokens)).toBe(200);
    expect((await say(gateway, ["rotate-keys"])).printed).toMatch(/^Signing: .*\nNext: .*, from 20/);
    const rotated = await say(gateway, ["rotate-keys", "--now"]);
    expect(rotated).toMatchObject({ code: 0, printed: expect.stringContaining("Nobody is signed out") });
    expect(await statusWith(tokens)).toBe(200);
    expect(await say(gateway, ["rotate-keys", "--compromised"])).toMatchObject({ code: 1 });
    expect(await statusWith(tokens)).toBe(200);
    expect(await say(gateway, ["rotate-keys", "--compromised", "--yes"])).toMatchObject({ code: 0 });
    expect(await statusWith(tokens)).toBe(401);
    expect(await statusWith(await refresh(gateway.origin, client, tokens.refresh_token))).toBe(200);
  });

  test("a second up on the same data is refused and the first goes on; down ends it", async () => {
    await using gateway = await Gateway.start({ edge: "the edge", declaration: declarationOf("memory") });
    const second = await say({ ...gateway, env: { ...gateway.env, GATEWAY_PORT: `${await freePort()}` } }, ["up"]);
    expect(second.code).toBe(1);
    expect(second.printed).toContain(join(gateway.folder, "data"));
    await gateway.untilAnswering();
    expect(await say(gateway, ["down"])).toMatchObject({ code: 0 });
    expect(await gateway.ended()).toBe(0);
    await untilAllGone(gateway.folder);
  });
});

const initializeParams = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "e2e", version: "1.0.0" },
};

// The recipes' own tools (npx, pnpm) keep their downloads in the person's home.
const inheritedHome = { HOME: process.env.HOME ?? "" };
