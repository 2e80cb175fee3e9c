import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import jwt from "jsonwebtoken";
import type { Run } from "../program.ts";
import type { Contender } from "../slice.ts";
import { fillStore, issuer, otherResource, resource, startAuth, user } from "./auth-program.ts";

/** auth, running, with one live grant and its access token. */
export interface OurVerify {
  readonly contender: Contender;
  readonly issuer: string;
  readonly resource: string;
  /** The endpoint of another server of the same gateway. */
  readonly otherResource: string;
  readonly grantId: string;
  /** PEM of the key that signs. */
  readonly publicKey: string;
  /** Makes a further token of the grant. */
  readonly newToken: () => string;
  /** What /verify answers a valid token with, less what node:http adds by itself to every answer. */
  readonly answerHeaders: Readonly<Record<string, string>>;
}

interface OurVerifyOptions {
  /** RS256 unless given. */
  readonly algorithm?: "RS256" | "ES256";
  /** Where auth keeps its things; embedded unless given. */
  readonly redisUrl?: string;
}

const hour = 3_600;

/** Starts the real auth service on a store that holds one grant. */
export async function startOurVerify(
  folder: string,
  run: Run,
  { algorithm = "RS256", redisUrl }: OurVerifyOptions = {},
): Promise<OurVerify> {
  const grantId = await keepGrant(folder, redisUrl);
  const { privateKey, publicKey } =
    algorithm === "RS256"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  const key = { JWT_ALGORITHM: algorithm, JWT_PRIVATE_KEY_B64: Buffer.from(pem).toString("base64") };
  const env = { ...key, ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }) };
  const { program, port } = await startAuth(folder, run, { env });
  const kid = await keyIdOf(port);
  const newToken = () => accessToken(grantId, { kid, privateKey, algorithm });
  const headers = requestHeaders(newToken());
  const contender = { name: "auth /verify", program, url: `http://127.0.0.1:${port}/verify`, headers };
  const answerHeaders = await answerHeadersOf(contender);
  const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const rest = { issuer, resource, otherResource, grantId, publicKey: publicPem, newToken };
  return { contender, answerHeaders, ...rest };
}

async function keepGrant(folder: string, redisUrl: string | undefined): Promise<string> {
  const now = Date.now() / 1000;
  const grantId = randomUUID();
  const times = { authTime: now, createdAt: now, expiresAt: now + 24 * hour };
  const grant = { grantId, clientId: "bench", user, resource, scope: "mcp", ...times };
  await fillStore(folder, redisUrl, (store) => store.grants.create(grant, undefined));
  return grantId;
}

async function keyIdOf(port: number): Promise<string> {
  const { keys } = (await (await fetch(`http://127.0.0.1:${port}/jwks`)).json()) as { keys: [{ kid: string }] };
  return keys[0].kid;
}

interface TokenKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly algorithm: "RS256" | "ES256";
}

function accessToken(grantId: string, { kid, privateKey, algorithm }: TokenKey): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: user.sub,
    aud: resource,
    iat: now,
    nbf: now,
    exp: now + hour,
    jti: randomUUID(),
  };
  const rest = { client_id: "bench", scope: "mcp", auth_time: now, sid: grantId, login: user.login };
  const header = { alg: algorithm, typ: "at+jwt", kid };
  return jwt.sign({ ...claims, ...rest }, privateKey, { algorithm, header });
}

function requestHeaders(token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    ...forwardedFor(resource),
  };
}

/** What an edge says about a request for an endpoint. */
export function forwardedFor(endpoint: string): Record<string, string> {
  const { host, pathname } = new URL(endpoint);
  return {
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
  const own = new Set(["date", "connection", "keep-alive"]);
  return Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name)));
}
