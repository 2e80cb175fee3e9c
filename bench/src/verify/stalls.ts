import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Store } from "@gateway/store";
import type { Figure } from "../target.ts";
import { fillStore, resource, startAuth, user } from "./auth-program.ts";
import { openScene } from "./scene.ts";

/** The longest stall of auth's event loop in a while, in milliseconds. */
export interface Stall {
  readonly what: string;
  readonly byClock: number;
  /** Less the time in which the thread was ready and the machine had no CPU for it. */
  readonly own: number;
}

interface Auth {
  readonly url: string;
  readonly probe: string;
  readonly operator: string;
  /** One a family; each use puts its successor in its place. */
  readonly refreshTokens: string[];
}

const probe = fileURLToPath(new URL("./loop-probe.js", import.meta.url));
const families = 4;
const clientId = "bench-client";
const day = 86_400;

/** Puts load on what makes keys, signatures and secrets, and looks how long auth's event loop stood still. */
export async function runStalls(seconds: number): Promise<readonly Stall[]> {
  return [...(await stallsWith("RS256", seconds)), ...(await stallsWith("ES256", seconds))];
}

/** Each stall against what was promised. */
export function stallFigures(stalls: readonly Stall[]): readonly Figure[] {
  return stalls.map(({ what, own, byClock }) => ({
    what: `${what} (by the clock ${byClock.toFixed(1)})`,
    value: own,
    unit: "ms",
    bound: { atMost: 20 },
  }));
}

async function stallsWith(algorithm: "RS256" | "ES256", seconds: number): Promise<readonly Stall[]> {
  await using scene = await openScene();
  const refreshTokens = Array.from({ length: families }, () => randomBytes(32).toString("base64url"));
  await fillStore(scene.folder, undefined, (store) => keepFamilies(store, refreshTokens));
  const sockets = { probe: join(scene.folder, "probe.sock"), operator: join(scene.folder, "operator.sock") };
  const env = { JWT_ALGORITHM: algorithm, PROBE_SOCKET: sockets.probe, OPERATOR_SOCKET: sockets.operator };
  const { port } = await startAuth(scene.folder, scene.run, {
    env: { ...env, REGISTRATION_RATE_LIMIT: "100000", TOKEN_RATE_LIMIT: "100000", REQUEST_RATE_LIMIT: "1000000" },
    flags: ["--import", probe],
  });
  const auth: Auth = { url: `http://127.0.0.1:${port}`, ...sockets, refreshTokens };
  const all = () => Promise.all([...refreshing(auth), registering(auth), rotating(auth)]);
  await during(0.5, all); // warm: compiler, first requests
  const stalls: Stall[] = [];
  const look = async (what: string, work: () => Promise<unknown>) => {
    await ask(sockets.probe, "GET", "/"); // forgets what was before
    await during(seconds, work);
    const longest = JSON.parse(await ask(sockets.probe, "GET", "/")) as Omit<Stall, "what">;
    stalls.push({ what: `${algorithm}, ${what}`, ...longest });
  };
  await look("/token", () => Promise.all(refreshing(auth)));
  await look("/register with a secret", () => registering(auth));
  await look("both, while a key is made", all);
  return stalls;
}

/** Does the work again and again. */
async function during(seconds: number, work: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) await work();
}

async function keepFamilies(store: Store, refreshTokens: readonly string[]): Promise<void> {
  const now = Date.now() / 1000;
  const client = { clientId, clientIdIssuedAt: Math.floor(now), redirectUris: ["http://127.0.0.1/cb"] };
  const kinds = { grantTypes: ["authorization_code", "refresh_token"], responseTypes: ["code"], display: {} };
  await store.clients.register({ ...client, ...kinds, tokenEndpointAuthMethod: "none" });
  const times = { createdAt: now, authTime: now, expiresAt: now + day };
  for (const [index, token] of refreshTokens.entries()) {
    const grantId = `bench-grant-${index}`;
    const digest = createHash("sha256").update(token).digest("base64url");
    const refreshToken = { digest, grantId, issuedAt: now, expiresAt: now + day };
    await store.grants.create({ grantId, clientId, user, resource, scope: "mcp", ...times }, refreshToken);
  }
}

function refreshing({ url, refreshTokens }: Auth): Promise<void>[] {
  return refreshTokens.map(async (token, index) => {
    const form = { grant_type: "refresh_token", refresh_token: token, client_id: clientId };
    const answer = await fetch(`${url}/token`, { method: "POST", body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error(`/token answered ${answer.status}: ${await answer.text()}`);
    refreshTokens[index] = ((await answer.json()) as { refresh_token: string }).refresh_token;
  });
}

async function registering({ url }: Auth): Promise<void> {
  const metadata = { redirect_uris: ["https://client.example/cb"], token_endpoint_auth_method: "client_secret_basic" };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/register`, { method: "POST", headers, body: JSON.stringify(metadata) });
  if (!answer.ok) throw new Error(`/register answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** Makes a key each time; one is kept, as the next that will sign. */
async function rotating({ operator }: Auth): Promise<void> {
  await ask(operator, "POST", "/keys/rotate?kind=planned");
}

/** Asks on a unix socket; the body of the answer. */
async function ask(socketPath: string, method: "GET" | "POST", path: string): Promise<string> {
  const body = await new Promise<string>((resolve, reject) => {
    const asked = request({ socketPath, method, path }, (answer) => text(answer).then(resolve, reject));
    asked.on("error", reject).end();
  });
  return body;
}
