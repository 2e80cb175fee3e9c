import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { type Answer, type Sent, send } from "./http.ts";
import { until } from "./processes.ts";

const main = fileURLToPath(new URL("../../services/auth/dist/main.js", import.meta.url));
const server = "mcp-shared";

/** What replicas of one authorization server have in common. */
export interface Shared {
  readonly folder: string;
  readonly issuer: string;
  readonly resource: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Settings of replicas on one Redis: one issuer, one root secret, one signing key. `port` is the issuer's. */
export async function shareSettings(folder: string, port: number, redisUrl: string): Promise<Shared> {
  const issuer = `http://localhost:${port}`;
  const resource = `${issuer}/${server}/mcp`;
  const resourcesFile = join(folder, "resources.json");
  const servers = [{ name: server, title: server, identifiers: [resource] }];
  await writeFile(resourcesFile, JSON.stringify({ strictResource: false, servers }));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const env = {
    PATH: process.env.PATH ?? "",
    ISSUER: issuer,
    RESOURCES_FILE: resourcesFile,
    LOCAL_LOGIN: "1",
    GATEWAY_LOCAL_USERS: "alice",
    GATEWAY_JWT_SECRET: randomBytes(32).toString("base64url"),
    JWT_PRIVATE_KEY_B64: Buffer.from(pem).toString("base64"),
    REDIS_URL: redisUrl,
    REVOCATION_GRACE: "2",
    LOG_LEVEL: "debug",
  };
  return { folder, issuer, resource, env };
}

/** One process of the authorization server, asked as the edge would ask it. */
export class Replica implements AsyncDisposable {
  readonly #shared: Shared;
  readonly #port: number;
  readonly #child: ChildProcess;
  #printed = "";

  private constructor(shared: Shared, port: number, child: ChildProcess) {
    this.#shared = shared;
    this.#port = port;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (this.#printed += chunk));
  }

  static async start(shared: Shared, given?: number): Promise<Replica> {
    const port = given ?? (await freePort());
    const dataDir = join(shared.folder, `auth-${port}`);
    await mkdir(dataDir, { mode: 0o700 });
    const env = { ...shared.env, PORT: `${port}`, DATA_DIR: dataDir };
    const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "pipe"] });
    const replica = new Replica(shared, port, child);
    const listens = () =>
      replica.ask("/health").then(
        ({ status }) => (status === 200 ? true : undefined),
        () => undefined,
      );
    await until(listens, () => `a replica listening:\n${replica.printed}`);
    return replica;
  }

  /** Where it listens, past every edge. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Everything that it has logged. */
  get printed(): string {
    return this.#printed;
  }

  ask(
    path: string,
    { headers = {}, ...sent }: Sent & { readonly headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { host } = new URL(this.#shared.issuer);
    return send(`${this.url}${path}`, { ...sent, headers: { Host: host, ...headers } });
  }

  /** What /verify says of a token at the shared server. */
  verify(token: string): Promise<Answer> {
    const { host, pathname } = new URL(this.#shared.resource);
    const forwarded = { "X-Forwarded-Host": host, "X-Forwarded-Method": "POST", "X-Forwarded-Uri": pathname };
    return this.ask("/verify", { headers: { ...forwarded, Authorization: `Bearer ${token}` } });
  }

  post(path: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.ask(path, { method: "POST", headers, body: `${new URLSearchParams(form)}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    await ended;
  }
}
