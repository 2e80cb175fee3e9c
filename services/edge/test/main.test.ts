import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runMain } from "@gateway/canary";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { send, servers, tableOf } from "./harness.ts";

const startMain = (env: Readonly<Record<string, string>>) => runMain(import.meta.url, env);
const upstreams = servers();
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edge-"));
});
afterEach(async () => {
  await upstreams.closeAll();
  rmSync(folder, { recursive: true });
});

/** A file with this content; gives its path. */
function fileOf(content: unknown): string {
  const path = join(folder, "routes.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** A free port, and the routes to an upstream that greets. */
async function settings(): Promise<{ PORT: string; ROUTES_FILE: string }> {
  const { port } = new URL(await upstreams.start(() => undefined));
  await upstreams.closeAll();
  const upstream = await upstreams.start((_, res) => res.end("hello"));
  return { PORT: port, ROUTES_FILE: fileOf(tableOf({ auth: upstream, m1: upstream })) };
}

describe("node services/edge/dist/main.js", () => {
  test("serves the routes of its file", async () => {
    const env = await settings();
    await using edge = startMain(env);
    expect(await edge.logged("listening")).toMatchObject({ host: "127.0.0.1", port: Number(env.PORT) });
    const answer = await send(Number(env.PORT), "/", { host: "localhost" });
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  test.each<[string, () => Record<string, string>, RegExp]>([
    ["no routes file", () => ({}), /ROUTES_FILE: is missing; allowed: /],
    [
      "a routes file that is not there",
      () => ({ ROUTES_FILE: join(folder, "none") }),
      /ROUTES_FILE: found .*none \(ENOENT\); allowed: a readable file/,
    ],
    ["a routes file that is not JSON", () => ({ ROUTES_FILE: fileOf("{") }), /routes\.json: 1 problem\n.*allowed: /],
    ["a routes file without routes", () => ({ ROUTES_FILE: fileOf({}) }), /routes\.json: 1 problem\n.*allowed: /],
    [
      "an address beyond loopback",
      () => ({ HOST: "0.0.0.0", ROUTES_FILE: fileOf({}) }),
      /HOST: found "0\.0\.0\.0"; allowed: 127\.0\.0\.1/,
    ],
  ])("with %s ends with 1 and one message that says what is allowed", async (_what, env, message) => {
    await using edge = startMain(env());
    expect(await edge.exit).toBe(1);
    expect(edge.printed()).toMatch(message);
    expect(edge.printed()).not.toMatch(/^ +at /m);
  });

  test("names the port that it cannot have", async () => {
    const taken = new URL(await upstreams.start(() => undefined)).port;
    await using edge = startMain({
      ROUTES_FILE: fileOf(tableOf({ auth: "http://127.0.0.1:1", m1: "http://127.0.0.1:1" })),
      PORT: taken,
    });
    expect(await edge.exit).toBe(1);
    expect(edge.printed()).toContain("EADDRINUSE");
    expect(edge.printed()).toContain(taken);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("ends in order by %s", async (signal) => {
    await using edge = startMain(await settings());
    await edge.logged("listening");
    edge.kill(signal);
    expect(await edge.exit).toBe(0);
  });

  test("supervised, ends when its standard input ends: its supervisor is gone", async () => {
    await using edge = startMain({ ...(await settings()), GATEWAY_SUPERVISED: "1" });
    await edge.logged("listening");
    edge.endInput();
    expect(await edge.exit).toBe(0);
  });
});
