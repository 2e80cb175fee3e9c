import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openEmbeddedStore } from "@gateway/store";
import jwt from "jsonwebtoken";
import { freePort, type Program } from "../program.ts";
import type { Contender } from "../slice.ts";

/** auth, running, with one live grant and its access token. */
export interface OurVerify {
  readonly contender: Contender;
  readonly issuer: string;
  readonly resource: string;
  readonly grantId: string;
  /** PEM of the key that signs. */
  readonly publicKey: string;
  /** What /verify answers a valid token with, less what node:http adds by itself. */
  readonly answerHeaders: Readonly<Record<string, string>>;
}

const main = fileURLToPath(new URL("../../../services/auth/dist/main.js", import.meta.url));
const issuer = "http://localhost:8080";
const resource = `${issuer}/mcp-bench/mcp`;
const hour = 3_600;

/** Starts the real auth service on a store that holds one grant. */
export async function startOurVerify(
  folder: string,
  run: (command: readonly [string, ...string[]], port: number, env: Record<string, string>) => Promise<Program>,
): Promise<OurVerify> {
  const dataDir = join(folder, "auth");
  await mkdir(dataDir, { mode: 0o700 });
  const grantId = await keepGrant(dataDir);
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const resourcesFile = join(folder, "resources.json");
  const server = { name: "mcp-bench", title: "mcp-bench", identifiers: [resource] };
  await writeFile(resourcesFile, JSON.stringify({ strictResource: false, servers: [server] }));
  const port = await freePort();
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  const program = await run([process.execPath, main], port, {
    PORT: `${port}`,
    ISSUER: issuer,
    RESOURCES_FILE: resourcesFile,
    DATA_DIR: dataDir,
    LOCAL_LOGIN: "1",
    GATEWAY_LOCAL_USERS: "bench",
    JWT_PRIVATE_KEY_B64: Buffer.from(pem).toString("base64"),
    LOG_LEVEL: "warn",
  });
  const kid = await keyIdOf(port);
  const headers = requestHeaders(accessToken(grantId, { kid, pem: pem.toString() }));
  const contender = { name: "auth /verify", program, url: `http://127.0.0.1:${port}/verify`, headers };
  const answerHeaders = await answerHeadersOf(contender);
  const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { contender, issuer, resource, grantId, publicKey: publicPem, answerHeaders };
}

async function keepGrant(dataDir: string): Promise<string> {
  const now = Date.now() / 1000;
  const store = await openEmbeddedStore({ folder: join(dataDir, "store"), clock: () => Date.now() / 1000 });
  const grantId = randomUUID();
  const user = { sub: "local|bench", login: "bench" };
  const times = { authTime: now, createdAt: now, expiresAt: now + 24 * hour };
  await store.grants.create({ grantId, clientId: "bench", user, resource, scope: "mcp", ...times }, undefined);
  await store.close();
  return grantId;
}

async function keyIdOf(port: number): Promise<string> {
  const { keys } = (await (await fetch(`http://127.0.0.1:${port}/jwks`)).json()) as { keys: [{ kid: string }] };
  return keys[0].kid;
}

function accessToken(grantId: string, { kid, pem }: { kid: string; pem: string }): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: "local|bench",
    aud: resource,
    iat: now,
    nbf: now,
    exp: now + hour,
    jti: randomUUID(),
  };
  const rest = { client_id: "bench", scope: "mcp", auth_time: now, sid: grantId, login: "bench" };
  return jwt.sign({ ...claims, ...rest }, pem, { algorithm: "RS256", header: { alg: "RS256", typ: "at+jwt", kid } });
}

function requestHeaders(token: string): Record<string, string> {
  const { host, pathname } = new URL(resource);
  return {
    authorization: `Bearer ${token}`,
    accept: "application/json, text/event-stream",
    "x-forwarded-method": "POST",
    "x-forwarded-proto": "http",
    "x-forwarded-host": host,
    "x-forwarded-uri": pathname,
    "x-forwarded-for": "127.0.0.1",
  };
}

async function answerHeadersOf({ url, headers }: Contender): Promise<Record<string, string>> {
  const answer = await fetch(url, { headers });
  if (answer.status !== 200) throw new Error(`/verify answered ${answer.status}: ${await answer.text()}`);
  const own = new Set(["date", "connection", "keep-alive", "content-length", "transfer-encoding"]);
  return Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name)));
}
