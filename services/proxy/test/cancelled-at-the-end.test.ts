import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { initializeMessage, post, TestClient, until } from "./fixtures/client.ts";
import { ModernClient } from "./fixtures/modern-client.ts";
import { proxiesOfEachTest } from "./fixtures/proxies-of-each-test.ts";
import { fixture, type Options } from "./fixtures/proxy.ts";

const openProxy = proxiesOfEachTest();
const servers = { legacy: "raw-server.mjs", modern: "modern-server.mjs" } as const;
let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cancelled-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A proxy, and what its server was sent, as that noted it. */
async function open(era: keyof typeof servers, options: Options = {}) {
  files += 1;
  const file = join(folder, String(files));
  const command: [string, ...string[]] = [process.execPath, fixture(servers[era]), ...(options.flags ?? [])];
  const proxy = await openProxy({ era, command, env: { SEEN_FILE: file }, ...options });
  const seen = async () => {
    const lines = (await readFile(file, "utf8").catch(() => "")).split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  };
  return { proxy, seen };
}

/** The ids under which a server was asked to call a tool. */
const callsIn = (lines: readonly { method?: string; id?: unknown }[]) =>
  lines.flatMap(({ method, id }) => (method === "tools/call" ? [id] : []));

describe.each([
  ["legacy", "legacy"],
  ["legacy", "modern"],
  ["modern", "legacy"],
  ["modern", "modern"],
] as const)("a %s client's call that a %s server works on as that is ended", (wire, era) => {
  test("is cancelled, before the server's input ends", async () => {
    const { proxy, seen } = await open(era);
    const call =
      wire === "legacy" ? (await TestClient.open(proxy.url)).call(1, "hang") : new ModernClient(proxy.url).call("hang");
    await until(async () => callsIn(await seen()).length === 1);
    await proxy.close();
    await call.catch(() => undefined); // its connection may have ended with the proxy
    const lines = await seen();
    expect(lines.at(-1)).toMatchObject({
      method: "notifications/cancelled",
      params: { requestId: callsIn(lines)[0], reason: "shutdown" },
    });
  });
});

describe("a session that is deleted", () => {
  test("has its calls cancelled", async () => {
    const { proxy, seen } = await open("legacy");
    const client = await TestClient.open(proxy.url);
    const call = client.call(1, "hang");
    await until(async () => callsIn(await seen()).length === 1);
    await client.end();
    await call;
    await until(async () => (await seen()).at(-1)?.params?.reason === "deleted");
  });
});

test("initialize is not cancelled: it must not be (2025-11-25, cancellation)", async () => {
  const { proxy, seen } = await open("legacy", { flags: ["--silent"] });
  const opening = post(proxy.url, initializeMessage()).catch(() => undefined);
  await until(async () => (await seen()).length === 1);
  await proxy.close();
  await opening;
  expect((await seen()).map(({ method }) => method)).toEqual(["initialize"]);
});
