import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { send } from "./http.ts";
import { pathOf, uvx } from "./parts.ts";
import { type Person, PlainBrowser } from "./person.ts";
import { until, untilAllGone } from "./processes.ts";
import type { RunningGateway } from "./running-gateway.ts";
import { seen } from "./wiretap.ts";

const supervisor = fileURLToPath(new URL("../../services/supervisor/dist/main.js", import.meta.url));
const justfile = fileURLToPath(new URL("../../justfile", import.meta.url));
/** `just`, as `npx -y rust-just` runs it: a program for Node. */
export const just = fileURLToPath(new URL("../node_modules/rust-just/lib/index.mjs", import.meta.url));

/** How a verb is said: to the supervisor itself, or through the recipe of the justfile. */
export const ways = {
  supervisor: [supervisor],
  just: [just, "--justfile", justfile],
} as const;

/** What stands before the servers. */
type EdgeKind = "the edge" | "Traefik";

export interface GatewayOptions {
  readonly edge: EdgeKind;
  /** gateway.json as written. */
  readonly declaration: unknown;
  /** Added to the environment of `up`. */
  readonly env?: Readonly<Record<string, string>>;
  /** How `up` is said; by default to the supervisor. */
  readonly by?: keyof typeof ways;
}

/**
 * The local mode as a person runs it: one `up` in the foreground, in a folder of its own, under a home of its own. It can
 * be ended and started again on the same data.
 */
export class Gateway implements RunningGateway, AsyncDisposable {
  /** Everything that this gateway writes is below it, and every process of its names it in its environment. */
  readonly folder: string;
  /** The issuer; servers are below it. */
  readonly origin: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #by: keyof typeof ways;
  #up: ChildProcess | undefined;
  #printed = "";

  private constructor(folder: string, port: number, { edge, env, by = "supervisor" }: GatewayOptions) {
    this.folder = folder;
    this.#by = by;
    this.origin = `http://localhost:${port}`;
    this.env = {
      PATH: `${process.env.PATH}:${dirname(uvx ?? "/usr/bin/uvx")}`,
      HOME: join(folder, "home"),
      GATEWAY_PORT: `${port}`,
      GATEWAY_CONFIG: join(folder, "gateway.json"),
      GATEWAY_DATA_DIR: join(folder, "data"),
      GATEWAY_LOCAL_USERS: "alice,bob",
      TRAEFIK_BIN: edge === "Traefik" ? pathOf("traefik") : "off",
      LOG_LEVEL: "debug", // what is written is searched for credentials: decision 46
      ...env,
    };
  }

  /** Declares the servers and starts; resolves when the authorization server answers through the edge. */
  static async start(options: GatewayOptions): Promise<Gateway> {
    if (!existsSync(supervisor)) throw new Error(`${supervisor} is not built: run the build first`);
    const folder = await mkdtemp(join(tmpdir(), "gateway-e2e-"));
    const gateway = new Gateway(folder, await freePort(), options);
    await gateway.declare(options.declaration);
    await gateway.up();
    return gateway;
  }

  /** Writes gateway.json; `up` takes it up. */
  async declare(declaration: unknown): Promise<void> {
    await writeFile(join(this.folder, "gateway.json"), JSON.stringify(declaration, null, 2));
  }

  /** A server's endpoint in the form that every resolver knows. */
  mcpUrl(server: string): string {
    return `${this.origin}/${server}/mcp`;
  }

  hostUrl(label: string): string {
    return `http://${label}.${new URL(this.origin).host}/mcp`;
  }

  browser(person?: Partial<Person>): PlainBrowser {
    return new PlainBrowser(person);
  }

  /** What `up` has printed so far. */
  get printed(): string {
    return this.#printed;
  }

  async up(): Promise<void> {
    this.#printed = "";
    // A group of its own, as a shell gives to what runs in the foreground.
    const up = spawn(process.execPath, [...ways[this.#by], "up"], {
      cwd: this.folder,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#up = up;
    for (const stream of [up.stdout, up.stderr]) stream.on("data", (chunk) => (this.#printed += chunk));
    await this.untilAnswering();
  }

  /** Waits until the authorization server's metadata is served at the public address and `up` has said that it runs. */
  async untilAnswering(): Promise<void> {
    const metadata = `${this.origin}/.well-known/oauth-authorization-server`;
    await until(
      async () => {
        if (this.#up?.exitCode !== null) throw new Error(`up ended:\n${this.printed}`);
        if (!this.printed.includes(`The gateway runs at ${this.origin}`)) return undefined;
        const status = await send(metadata).then(
          (answer) => answer.status,
          () => 0,
        );
        return status === 200 ? true : undefined;
      },
      () => `${metadata} answering\n${this.printed}`,
    );
  }

  /** Waits until `status` calls a server ready: Traefik holds no request for a native server that still starts. */
  async untilReady(server: string): Promise<void> {
    const isReady = async () => {
      const { printed } = await say(this, ["status", "--json"]);
      const { servers } = JSON.parse(printed) as { servers: { name: string; state: { kind: string } }[] };
      return servers.some(({ name, state }) => name === server && state.kind === "ready") ? true : undefined;
    };
    await until(isReady, `${server} ready`);
  }

  /**
   * Ctrl-C, which a terminal sends to the whole group, or a signal to `up` alone; gives the exit code.
   * @throws LeakedCredential when a credential that its clients used stands in what it has written
   */
  async end(signal: "SIGINT" | "SIGTERM" | "SIGKILL" = "SIGINT"): Promise<number | null> {
    const up = this.#up;
    if (up?.pid === undefined || up.exitCode !== null || up.signalCode !== null) return up?.exitCode ?? null;
    process.kill(signal === "SIGINT" ? -up.pid : up.pid, signal);
    const code = await this.ended();
    await this.requireNoCredentials();
    return code;
  }

  /**
   * No credential that its clients have used stands in what it has written since `up` (security.md 28, decision 46).
   * @throws LeakedCredential
   */
  async requireNoCredentials(): Promise<void> {
    const data = join(this.folder, "data");
    const { GATEWAY_JWT_SECRET, GITHUB_CLIENT_SECRET, REDIS_PASSWORD } = this.env;
    for (const secret of [GATEWAY_JWT_SECRET, GITHUB_CLIENT_SECRET, REDIS_PASSWORD])
      seen.add("a secret of its own", secret);
    seen.add("root-secret", await readFile(join(data, "auth", "root-secret"), "utf8").catch(() => undefined));
    const logs = join(data, "logs");
    const native = await this.#nativeServers();
    for (const file of await readdir(logs).catch(() => [])) {
      // A native server knows its sessions by ids of its own, and what it prints is its own affair.
      const own = native.some((server) => file.startsWith(`${server}.log`)) ? ["mcp-session-id"] : [];
      seen.requireNoneIn({ [file]: await readFile(join(logs, file), "utf8") }, own);
    }
    seen.requireNoneIn({ "printed by up": this.#printed });
  }

  async #nativeServers(): Promise<readonly string[]> {
    const { mcpServers = {} } = JSON.parse(await readFile(join(this.folder, "gateway.json"), "utf8"));
    return Object.entries(mcpServers as Record<string, { url?: string }>).flatMap(([name, { url }]) =>
      url === undefined ? [] : [name],
    );
  }

  /** Waits until `up` has ended by itself; gives its exit code. */
  async ended(): Promise<number | null> {
    const up = this.#up;
    if (up !== undefined && up.exitCode === null && up.signalCode === null) await once(up, "close");
    return up?.exitCode ?? null;
  }

  /** Ctrl-C, and the promise that nothing is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.end();
    } finally {
      await untilAllGone(this.folder);
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}

/** Says a verb (`status`, `add`, …) for a gateway's folder; gives its exit code and what it printed. */
export async function say(
  { folder, env }: Pick<Gateway, "folder" | "env">,
  args: readonly string[],
  by: keyof typeof ways = "supervisor",
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const child = spawn(process.execPath, [...ways[by], ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  const [code] = await once(child, "close");
  seen.requireNoneIn({ [args.join(" ")]: printed });
  return { code, printed };
}
