import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { type IncomingMessage, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { keyRotation } from "../src/key-rotation.ts";
import { openSigningKeys } from "../src/keys/kept-signing-keys.ts";
import { LiveTokens } from "../src/live-tokens.ts";
import type { Operations } from "../src/operator/operator-app.ts";
import { listenOperator } from "../src/operator-api.ts";
import { startAuth } from "./fixtures/running-auth.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "auth-operator-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A server, closed at the end of the scope. */
const closing = (server: Server) => ({
  [Symbol.asyncDispose]: () => new Promise<void>((closed) => server.close(() => closed())),
});

/** One request to the API on its socket. */
async function ask(operations: Operations, method: string, path: string) {
  const socketPath = join(folder, "operator.sock");
  await using auth = await startAuth();
  await using _server = closing(await listenOperator(socketPath, auth.ports, operations));
  const sent = request({ socketPath, method, path, agent: false }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const body = JSON.parse(await text(answer));
  const { mode } = await stat(socketPath);
  return { status: answer.statusCode, body, mode: mode & 0o777 };
}

describe("the operator API", () => {
  const rotated = { signing: "a", trusted: ["a"] };

  test.each(["planned", "now", "compromised"])(
    "rotates keys: %s; and only its owner opens the socket",
    async (kind) => {
      const asked: string[] = [];
      const rotateKeys = async (one: string) => {
        asked.push(one);
        return rotated;
      };
      const answer = await ask({ rotateKeys }, "POST", `/keys/rotate?kind=${kind}`);
      expect(answer).toEqual({ status: 200, body: rotated, mode: 0o600 });
      expect(asked).toEqual([kind]);
    },
  );

  test("says where a key that is given by configuration is changed", async () => {
    const { status, body } = await ask({ rotateKeys: undefined }, "POST", "/keys/rotate?kind=now");
    expect(status).toBe(409);
    expect(body.error).toContain("JWT_PRIVATE_KEY_B64");
  });

  test("a rotation that fails says so, without the inside", async () => {
    const rotateKeys = () => Promise.reject(new Error("inside"));
    const { status, body } = await ask({ rotateKeys }, "POST", "/keys/rotate?kind=now");
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain("inside");
  });

  test.each([
    ["GET", "/keys/rotate?kind=now", 404],
    ["POST", "/keys/rotate", 400],
    ["POST", "/keys/rotate?kind=other", 400],
    ["POST", "/other", 404],
  ])("%s %s is nothing", async (method, path, status) => {
    expect((await ask({ rotateKeys: undefined }, method, path)).status).toBe(status);
  });
});

describe("the program that asks it from within auth's container", () => {
  const program = fileURLToPath(new URL("../../../compose/images/ask-operator.mjs", import.meta.url));

  /** Runs it with this standard input; gives its exit code and what it printed. */
  async function run(args: readonly string[], input = "") {
    const env = { PATH: process.env.PATH, DATA_DIR: folder };
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ["pipe", "pipe", "ignore"] });
    child.stdin.end(input);
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    return { code, printed };
  }

  test("hands on the answer with its status, and a body", async () => {
    await using auth = await startAuth();
    const socketPath = join(folder, "operator.sock");
    await using _server = closing(await listenOperator(socketPath, auth.ports, { rotateKeys: undefined }));
    const stats = JSON.parse((await run(["GET", "/stats"])).printed);
    expect([stats.status, JSON.parse(stats.body).users]).toEqual([200, 0]);
    expect(JSON.parse((await run(["POST", "/restore"], "{}")).printed).status).toBe(400);
  });

  test("ends with 1 when nobody answers", async () => {
    expect(await run(["GET", "/stats"])).toEqual({ code: 1, printed: "" });
  });
});

describe("a rotation while tokens live (security.md, keys)", () => {
  test("refuses none of them, unless the old key is compromised: then all, also those found valid before", async () => {
    const keys = await openSigningKeys(folder, "ES256");
    await using auth = await startAuth({ keys });
    const liveTokens = await LiveTokens.open({ ...auth.ports, ...auth.ports.config });
    const rotate = keyRotation(auth.ports, keys, liveTokens);
    const personal = await auth.signIn({ grantId: "personal", clientId: "personal-access-token" });
    const before = await auth.signIn({ grantId: "g1" });
    expect((await liveTokens.check(before)).ok).toBe(true);
    await rotate("now");
    expect((await liveTokens.check(before)).ok).toBe(true);
    expect((await liveTokens.check(personal)).ok).toBe(true);
    await rotate("compromised");
    expect(await liveTokens.check(before)).toEqual({ ok: false, refusal: "unknown_key" });
    expect((await liveTokens.check(await auth.signIn({ grantId: "g2" }))).ok).toBe(true);
    expect(await auth.ports.store.grants.find("g1")).toBeDefined(); // its client refreshes, nobody is signed out
    expect(await auth.ports.store.grants.find("personal")).toBeUndefined();
  });
});
