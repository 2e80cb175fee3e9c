import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, runMain } from "@gateway/canary";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { keepForSearch } from "./fixtures/watched-log.ts";

const startMain = (env: Readonly<Record<string, string>>) =>
  runMain(import.meta.url, { LOG_LEVEL: "debug", ...env }, keepForSearch);
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "auth-main-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A file with this content; gives its path. */
function fileOf(content: string): string {
  const path = join(folder, "resources.json");
  writeFileSync(path, content);
  return path;
}

/** A listener on a port of its own, which is taken until the end of the scope. */
async function takePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: async () => void (await once(listener.close(), "close")) };
}

/** The environment of local mode on a free port, with a key that costs no time to make. */
async function settings(): Promise<Record<string, string>> {
  return {
    PORT: `${await freePort()}`,
    ISSUER: "http://localhost:8080",
    RESOURCES_FILE: fileOf('{"strictResource":false,"servers":[]}'),
    DATA_DIR: join(folder, "data"),
    JWT_ALGORITHM: "ES256",
    LOCAL_LOGIN: "1",
  };
}

describe("node services/auth/dist/main.js", () => {
  test("serves with nothing but its environment", async () => {
    const env = await settings();
    await using auth = startMain(env);
    await auth.logged("listening");
    expect((await fetch(`http://127.0.0.1:${env.PORT}/health`)).status).toBe(200);
  });

  test.each<[string, () => Record<string, string>, RegExp]>([
    ["an issuer that has a path", () => ({ ISSUER: "https://a.example/x" }), /ISSUER: found .*; allowed: an https/],
    ["no way to sign in", () => ({ LOCAL_LOGIN: "0" }), /GITHUB_CLIENT_ID: is missing; allowed: .*LOCAL_LOGIN=1/],
    [
      "local sign-in beyond loopback",
      () => ({ HOST: "0.0.0.0" }),
      /HOST: found "0\.0\.0\.0"; allowed: .*loopback only/,
    ],
    [
      "no list of servers",
      () => ({ RESOURCES_FILE: join(folder, "none") }),
      /RESOURCES_FILE: found .*none \(ENOENT\); allowed: a readable file/,
    ],
    [
      "a way to sign in that is not set up",
      () => ({ RESOURCES_FILE: fileOf('{"strictResource":false,"login":["github"],"servers":[]}') }),
      /gateway\.login: found "github"; allowed: github only with GITHUB_CLIENT_ID/,
    ],
    ["a list that is none", () => ({ RESOURCES_FILE: fileOf("{") }), /resources\.json: .*problem/],
    [
      "a data folder that cannot be made",
      () => ({ DATA_DIR: join(folder, "resources.json", "data") }),
      /DATA_DIR: found .*\(ENOTDIR\); allowed: a folder/,
    ],
    ["HS256", () => ({ JWT_ALGORITHM: "HS256" }), /JWT_ALGORITHM: found "HS256"; allowed: RS256 or ES256 \(not HS256:/],
  ])("with %s ends with 1 and one message that says what is allowed", async (_what, change, message) => {
    await using auth = startMain({ ...(await settings()), ...change() });
    expect(await auth.exit).toBe(1);
    expect(auth.printed()).toMatch(message);
    expect(auth.printed()).not.toMatch(/^ +at /m);
  });

  test("names the address that it cannot have", async () => {
    await using taken = await takePort();
    await using auth = startMain({ ...(await settings()), PORT: `${taken.port}` });
    expect(await auth.exit).toBe(1);
    expect(auth.printed()).toContain(`HOST, PORT: found 127.0.0.1:${taken.port} (EADDRINUSE); allowed: `);
  });

  test("is alone on its data folder", async () => {
    const env = await settings();
    await using first = startMain(env);
    await first.logged("listening");
    await using second = startMain({ ...(await settings()), DATA_DIR: `${env.DATA_DIR}` });
    expect(await second.exit).toBe(1);
    expect(second.printed()).toContain(`${env.DATA_DIR}`);
    expect(second.printed()).not.toMatch(/^ +at /m);
  });

  test("says which file is damaged, and how to go on, instead of beginning with nothing", async () => {
    const env = await settings();
    const store = join(`${env.DATA_DIR}`, "store");
    mkdirSync(store, { recursive: true, mode: 0o700 });
    writeFileSync(join(store, "store.mdb"), "");
    await using auth = startMain(env);
    expect(await auth.exit).toBe(1);
    expect(auth.printed()).toContain(`The store ${join(store, "store.mdb")} is damaged: it is empty.`);
    expect(auth.printed()).not.toMatch(/^ +at /m);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("ends in order by %s", async (signal) => {
    await using auth = startMain(await settings());
    await auth.logged("listening");
    auth.kill(signal);
    expect(await auth.exit).toBe(0);
  });

  test("supervised, ends when its standard input ends: its supervisor is gone", async () => {
    await using auth = startMain({ ...(await settings()), GATEWAY_SUPERVISED: "1" });
    await auth.logged("listening");
    auth.endInput();
    expect(await auth.exit).toBe(0);
  });
});
