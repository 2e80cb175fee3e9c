import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { type Answer, type Sent, send } from "./http.ts";
import { until } from "./processes.ts";
import { seen } from "./wiretap.ts";

const main = fileURLToPath(new URL("../../services/auth/dist/main.js", import.meta.url));
const server = "mcp-shared";

/** What replicas of one authorization server have in common. */
export interface Shared {
  readonly folder: string;
  readonly issuer: string;
  readonly resource: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Settings of replicas on one Redis: one issuer, one root secret. `port` is the issuer's. */
export async function shareSettings(folder: string, port: number, redisUrl: string): Promise<Shared> {
  const issuer = `http://localhost:${port}`;
  const resource = `${issuer}/${server}/mcp`;
  const resourcesFile = join(folder, "resources.json");
  const servers = [{ name: server, title: server, identifiers: [resource] }];
  await writeFile(resourcesFile, JSON.stringify({ strictResource: false, servers }));
  const env = {
    PATH: process.env.PATH ?? "",
    ISSUER: issuer,
    RESOURCES_FILE: resourcesFile,
    LOCAL_LOGIN: "1",
    GATEWAY_LOCAL_USERS: "alice",
    GATEWAY_JWT_SECRET: randomBytes(32).toString("base64url"),
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
  readonly #dataDir: string;
  #printed = "";

  private constructor(shared: Shared, port: number, { child, dataDir }: { child: ChildProcess; dataDir: string }) {
    this.#shared = shared;
    this.#port = port;
    this.#child = child;
    this.#dataDir = dataDir;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (this.#printed += chunk));
  }

  static async start(shared: Shared, given?: number): Promise<Replica> {
    const port = given ?? (await freePort());
    const dataDir = join(shared.folder, `auth-${port}`);
    await mkdir(dataDir, { recursive: true, mode: 0o700 }); // one that has ended has left its own
    const env = { ...shared.env, PORT: `${port}`, DATA_DIR: dataDir };
    const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "pipe"] });
    const replica = new Replica(shared, port, { child, dataDir });
    const listens = () => {
      if (child.exitCode !== null) throw new Error(`a replica ended with ${child.exitCode}:\n${replica.printed}`);
      return replica.ask("/health").then(
        ({ status }) => (status === 200 ? true : undefined),
        () => undefined,
      );
    };
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

  /** What the operator's verb asks for on the replica's own socket (`just rotate-keys`). */
  async rotateKeys(kind: "planned" | "now" | "compromised"): Promise<{ signing: string; trusted: string[] }> {
    const socketPath = join(this.#dataDir, "operator.sock");
    const asked = request({ socketPath, method: "POST", path: `/keys/rotate?kind=${kind}` }).end();
    const [answer] = await once(asked, "response");
    return JSON.parse(await text(answer));
  }

  /** The ids of the keys that it publishes. */
  async publishedKeys(): Promise<readonly string[]> {
    const { keys } = JSON.parse((await this.ask("/jwks")).text) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  }

  /** @throws LeakedCredential when a credential that its clients have used stands in its log */
  requireNoCredentials(): void {
    seen.add("GATEWAY_JWT_SECRET", this.#shared.env.GATEWAY_JWT_SECRET);
    seen.requireNoneIn({ [`replica at ${this.#port}`]: this.#printed });
  }

  /** Lets it run no further: its connections are still taken by the kernel, and nothing answers. Gives what lets it go on. */
  hang(): () => void {
    this.#child.kill("SIGSTOP");
    return () => this.#child.kill("SIGCONT");
  }

  /** Ends it. Throws as above. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, "close");
      this.#child.kill("SIGCONT"); // one that hangs would not end
      this.#child.kill("SIGTERM");
      await ended;
    }
    this.requireNoCredentials();
  }
}
