import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildHere } from "../../src/era/build.ts";
import { definitionHash } from "../../src/era/verdict.ts";
import { send, TestClient, until } from "../fixtures/client.ts";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, type Options, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const modern = (...flags: string[]): [string, ...string[]] => [
  process.execPath,
  fixture("modern-server.mjs"),
  ...flags,
];
const legacy = (...flags: string[]): [string, ...string[]] => [process.execPath, fixture("raw-server.mjs"), ...flags];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "era-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function open(options: Options) {
  const proxy = await openProxy(options);
  return Object.assign(proxy, { [Symbol.asyncDispose]: () => proxy.close() });
}

const eraOf = async ({ url }: RunningProxy): Promise<unknown> =>
  JSON.parse((await send(url.replace("/mcp", "/health"), "GET")).text).era;
const discover = ({ url }: RunningProxy) => new ModernClient(url).request("server/discover");

describe("which wires a server speaks", () => {
  test.each<[string, Options, string]>([
    ["only the stateless one", { command: modern() }, "modern"],
    ["both", { command: modern("--both") }, "both"],
    ["only the older one", { command: legacy() }, "legacy"],
    [
      "only the older one, and exits when it is asked in the other",
      { command: legacy("--exit-before-initialize") },
      "legacy",
    ],
    ["only the older one, with noise before", { command: legacy("--log-pid") }, "legacy"],
    ["only the older one, after a slow start", { command: legacy("--slow-start") }, "legacy"],
  ])("is found out by asking one that serves nobody: %s", async (_what, options, era) => {
    await using proxy = await open(options);
    expect(await eraOf(proxy)).toBeNull();
    await discover(proxy);
    expect(await eraOf(proxy)).toBe(era);
  });

  test("is not decided for one that speaks neither: it is asked again", async () => {
    await using proxy = await open({ command: legacy("--crash-at-start") });
    expect(await discover(proxy)).toMatchObject({ status: 503, json: { id: 1, error: { code: -32603 } } });
    expect(await eraOf(proxy)).toBeNull();
    const warning = proxy
      .logged()
      .split("\n")
      .find((line) => line.includes("MCP server not ready"));
    expect(warning).toContain("it answered neither initialize nor server/discover");
    expect(warning).toContain("no such database");
  });

  test("is of versions that are not served here: that is told, and is what people see of it", async () => {
    await using proxy = await open({ command: modern("--other-version") });
    expect(await discover(proxy)).toMatchObject({
      status: 200,
      json: { id: 1, error: { code: -32603, data: { supported: ["2099-01-01"], served: ["2026-07-28"] } } },
    });
    expect(await eraOf(proxy)).toBe("unserved");
    const { status, json } = await send(proxy.url.replace("/mcp", "/ready"), "GET");
    expect([status, json]).toMatchObject([503, { reason: expect.stringContaining("it speaks MCP 2099-01-01 alone") }]);
  });

  test("is what the operator says, without asking", async () => {
    await using proxy = await open({ command: modern(), era: "both" });
    expect(await eraOf(proxy)).toBe("both");
  });

  test("does not stand in the way of a client of the older wire", async () => {
    await using proxy = await open({ command: modern("--both") });
    expect((await TestClient.open(proxy.url)).url).toBe(proxy.url);
    expect(await eraOf(proxy)).toBeNull();
  });
});

test("a server of the stateless wire alone is healthy, and says who it is", async () => {
  await using proxy = await open({ command: modern() });
  const { status, json } = await send(proxy.url.replace("/mcp", "/ready"), "GET");
  expect([status, json]).toMatchObject([200, { serverInfo: { name: "modern" }, protocolVersion: "2026-07-28" }]);
});

describe("what was found out", () => {
  const env = { A: "1" };
  const definitionOf = (command: [string, ...string[]]) => {
    const server = { command, cwd: undefined, env };
    return definitionHash(server, buildHere(server, undefined));
  };

  test("is kept, with its date, and not asked for again while the server is the same", async () => {
    const eraFile = join(folder, "kept.json");
    {
      await using first = await open({ command: modern(), env, eraFile });
      await discover(first);
    }
    const kept = JSON.parse(await readFile(eraFile, "utf8"));
    expect(kept).toEqual({
      legacy: false,
      modern: true,
      definition: definitionOf(modern()),
      probedAt: expect.any(Number),
    });
    await using next = await open({ command: modern(), env: { A: "2" }, eraFile });
    await discover(next);
    expect(next.logged()).not.toContain("wires that the MCP server speaks");
  });

  test.each([
    ["of another definition", { definition: "other" }],
    ["of a day ago", { probedAt: Math.floor(Date.now() / 1_000) - 86_400 }],
    ["not whole", { probedAt: undefined }],
  ])("is found out anew where it is %s", async (_what, change) => {
    const eraFile = join(folder, "stale.json");
    const definition = definitionOf(modern());
    const stale = { legacy: true, modern: false, definition, probedAt: Math.floor(Date.now() / 1_000), ...change };
    await writeFile(eraFile, JSON.stringify(stale));
    await using proxy = await open({ command: modern(), env, eraFile });
    await discover(proxy);
    expect(await eraOf(proxy)).toBe("modern");
  });

  test("is found out anew where its program is another one by then", async () => {
    const [eraFile, script] = [join(folder, "upgraded.json"), join(folder, "server.mjs")];
    const command: [string, ...string[]] = [process.execPath, script];
    const install = (name: string) => writeFile(script, `await import(${JSON.stringify(fixture(name))});\n`);
    await install("raw-server.mjs");
    {
      await using first = await open({ command, eraFile });
      await discover(first);
      expect(await eraOf(first)).toBe("legacy");
    }
    await install("modern-server.mjs");
    await using next = await open({ command, eraFile });
    await discover(next);
    expect(await eraOf(next)).toBe("modern");
  });

  test("is found out anew where a process says that it is another wire's", async () => {
    const eraFile = join(folder, "contradicted.json");
    const definition = definitionOf(legacy());
    const probedAt = Math.floor(Date.now() / 1_000) - 3_600;
    await writeFile(eraFile, JSON.stringify({ legacy: false, modern: true, definition, probedAt }));
    await using proxy = await open({ command: legacy(), env, eraFile });
    expect(await discover(proxy)).toMatchObject({ status: 503, json: { id: 1, error: { code: -32603 } } });
    expect((await discover(proxy)).json?.result).toMatchObject({ supportedVersions: ["2026-07-28"] });
    expect(await eraOf(proxy)).toBe("legacy");
  });

  test("is served by, but not kept, while the sibling that was asked in the stateless wire is only silent", async () => {
    const [eraFile, ready] = [join(folder, "late.json"), join(folder, "ready")];
    const command = modern("--both", "--late-discover");
    await using proxy = await open({ command, env: { ANSWER_WHEN: ready }, eraFile });
    expect((await discover(proxy)).json?.result).toMatchObject({ supportedVersions: ["2026-07-28"] });
    expect(await eraOf(proxy)).toBe("legacy");
    await expect(readFile(eraFile)).rejects.toThrow("ENOENT");
    await writeFile(ready, "");
    await until(async () => (await eraOf(proxy)) === "both");
    await until(() =>
      readFile(eraFile, "utf8").then(
        (kept) => JSON.parse(kept).modern === true,
        () => false,
      ),
    );
    expect((await discover(proxy)).json?.result).toMatchObject({ capabilities: { logging: {} } });
  });

  test("holds no value of the server's environment", () => {
    const definition = { command: modern(), cwd: undefined } as const;
    const hash = (own: Record<string, string>) => definitionHash({ ...definition, env: own }, []);
    expect(hash({ A: "1" })).toBe(hash({ A: "2" }));
    expect(hash({})).not.toBe(hash(env));
  });
});
