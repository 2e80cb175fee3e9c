import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderAuthTransports, renderTls } from "@gateway/registry";
import { freePort } from "../free-port.ts";
import { say } from "../gateway.ts";
import { pathOf } from "../parts.ts";
import { Replica, type Shared } from "../replica.ts";
import { traefikSettings } from "./compose-settings.ts";
import { listContainers } from "./container-list.ts";
import { DockerSocket } from "./docker-socket.ts";
import { fillQueue } from "./full-queue.ts";

const inCompose = (file: string) => fileURLToPath(new URL(`../../../compose/${file}`, import.meta.url));
const project = "gateway-composed";
const domain = "gateway-composed.test";

/** A folder and ports of a stack's own. */
export interface Place {
  readonly folder: string;
  readonly ports: { readonly http: number; readonly https: number };
}

export async function openPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-e2e-compose-"));
  return { folder, ports: { http: await freePort(), https: await freePort() } };
}

interface ComposedOptions {
  /** Of compose/, beside gateway.yml. */
  readonly files: readonly string[];
  /** Given to compose beside those of every stack. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What these files name in a container, and what it is on this machine. */
  readonly places?: Readonly<Record<string, string>>;
  /** Further settings of auth. */
  readonly auth?: Readonly<Record<string, string>>;
  /** What stands behind the public names in URLs: `:8443`. */
  readonly portSuffix?: string;
}

/**
 * What the Docker stack says to Traefik, its compose files and labels, before a real Traefik and a real auth, without Docker. What a
 * container would name (paths below /, ports, other containers) is named as it is on this machine; nothing else is changed.
 */
export class ComposedStack implements AsyncDisposable {
  readonly place: Place;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #startAuth: (port?: number) => Promise<Replica>;
  #auth: Replica;
  readonly #engine: AsyncDisposable;
  readonly #dockerSocket: DockerSocket;
  #traefik: ChildProcess | undefined;
  #logged = "";

  private constructor(
    place: Place,
    own: {
      readonly auth: Replica;
      readonly startAuth: (port?: number) => Promise<Replica>;
      readonly engine: AsyncDisposable;
      readonly dockerSocket: DockerSocket;
      readonly environment: NodeJS.ProcessEnv;
    },
  ) {
    this.place = place;
    this.#auth = own.auth;
    this.#startAuth = own.startAuth;
    this.#engine = own.engine;
    this.#dockerSocket = own.dockerSocket;
    this.#environment = own.environment;
  }

  /** Starts all of it, Traefik not yet. */
  static async open(place: Place, options: ComposedOptions): Promise<ComposedStack> {
    const { folder, ports } = place;
    const portSuffix = options.portSuffix ?? "";
    const common = { BASE_DOMAIN: domain, GATEWAY_PUBLIC_PORT: portSuffix, COMPOSE_PROJECT_NAME: project };
    const files = [...["gateway.yml", ...options.files].map(inCompose), await renderServers(folder)];
    const { environment, labels } = await traefikSettings(files, { ...common, ...options.variables });
    const shared = await authSettings(folder, portSuffix, options.auth);
    const startAuth = (port?: number) => Replica.start(shared, port);
    const auth = await startAuth();
    const self = `127.0.0.1:${await freePort()}`;
    const engineSocket = join(folder, "engine.sock");
    const dockerSocket = await DockerSocket.start(engineSocket);
    const addresses = {
      "http://auth:8000": auth.url,
      "http://127.0.0.1:8082": `http://${self}`,
      "http://docker-socket:2375": `http://${dockerSocket.address}`,
    };
    const engine = await listContainers(onThisMachine(labels, addresses), engineSocket);
    const dynamic = join(folder, "dynamic");
    await mkdir(dynamic);
    // As `just up` does.
    await writeFile(join(dynamic, "auth.yml"), renderAuthTransports());
    await writeFile(join(dynamic, "tls.yml"), renderTls());
    const places: Readonly<Record<string, string>> = {
      ":8080": `127.0.0.1:${ports.http}`,
      ":8443": `127.0.0.1:${ports.https}`,
      ":8081": `127.0.0.1:${await freePort()}`,
      "127.0.0.1:8082": self,
      "tcp://docker-socket:2375": `tcp://${dockerSocket.address}`,
      "/etc/traefik/dynamic": dynamic,
      ...options.places,
    };
    const own = Object.entries(environment).map(([name, value]) => [name, places[value] ?? value]);
    return new ComposedStack(place, { auth, startAuth, engine, dockerSocket, environment: Object.fromEntries(own) });
  }

  /** Starts Traefik. @param more variables, which do not win over the stack's */
  start(more: Readonly<Record<string, string>> = {}): void {
    const env = { ...more, ...this.#environment };
    const traefik = spawn(pathOf("traefik"), [], { env, cwd: this.place.folder, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [traefik.stdout, traefik.stderr]) stream.on("data", (chunk) => (this.#logged += chunk));
    this.#traefik = traefik;
  }

  async stop(): Promise<void> {
    const traefik = this.#traefik;
    if (traefik === undefined || traefik.exitCode !== null || traefik.signalCode !== null) return;
    const ended = once(traefik, "close");
    traefik.kill("SIGTERM");
    await ended;
  }

  /** Ends auth as `docker stop` does; gives what starts it anew at its address. */
  async endAuth(): Promise<() => Promise<void>> {
    const { port } = new URL(this.#auth.url);
    await this.#auth[Symbol.asyncDispose]();
    return async () => {
      this.#auth = await this.#startAuth(Number(port));
    };
  }

  /** Auth is there and answers nothing. Gives what lets it go on. */
  hangAuth(): () => void {
    return this.#auth.hang();
  }

  /** Connections to an auth that hangs, of which it keeps no more. They are the caller's to end. */
  fillAuthQueue(): Promise<readonly Socket[]> {
    return fillQueue(Number(new URL(this.#auth.url).port));
  }

  /** What stands between Traefik and the engine is gone; of the containers Traefik knows what it knew. */
  async endDockerSocket(): Promise<void> {
    await this.#dockerSocket[Symbol.asyncDispose]();
  }

  /** What Traefik has written. */
  get logged(): string {
    return this.#logged;
  }

  /** A name of the stack: `auth`, `memory` or `refused`. */
  host(label: string): string {
    return `${label}.${domain}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#dockerSocket[Symbol.asyncDispose]();
    await this.#engine[Symbol.asyncDispose]();
    await this.#auth[Symbol.asyncDispose]();
    await rm(this.place.folder, { recursive: true, force: true });
  }
}

/** compose/servers.yml of two servers, as `just render` writes it; gives its path. */
async function renderServers(folder: string): Promise<string> {
  const server = { command: "npx", args: ["-y", "@modelcontextprotocol/server-memory"] };
  const env = { PATH: process.env.PATH, HOME: folder, GATEWAY_DATA_DIR: join(folder, "data"), BASE_DOMAIN: domain };
  await writeFile(join(folder, "gateway.json"), JSON.stringify({ mcpServers: { memory: server, refused: server } }));
  const { code, printed } = await say({ folder, env }, ["render"]);
  if (code !== 0) throw new Error(printed);
  return join(folder, "compose/servers.yml");
}

async function authSettings(
  folder: string,
  portSuffix: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Shared> {
  const issuer = `https://auth.${domain}${portSuffix}`;
  const resource = `https://memory.${domain}${portSuffix}/mcp`;
  const resourcesFile = join(folder, "resources.json");
  const servers = [{ name: "memory", title: "memory", identifiers: [resource] }];
  await writeFile(resourcesFile, JSON.stringify({ strictResource: false, servers }));
  const env = {
    PATH: process.env.PATH ?? "",
    ISSUER: issuer,
    RESOURCES_FILE: resourcesFile,
    GITHUB_CLIENT_ID: "Iv1.composed",
    GITHUB_CLIENT_SECRET: "composed-app-secret",
    GATEWAY_JWT_SECRET: "a-secret-of-at-least-thirty-two-bytes",
    ...more,
  };
  return { folder, issuer, resource, env };
}

/** @param addresses of the labels, and what they are here */
function onThisMachine(
  labels: Readonly<Record<string, Readonly<Record<string, string>>>>,
  addresses: Readonly<Record<string, string>>,
) {
  const onThis = (value: string) =>
    Object.entries(addresses).reduce((text, [there, here]) => text.replace(there, here), value);
  const named = Object.entries(labels).map(([service, own]) => {
    const here = Object.entries(own).map(([name, value]) => [name, onThis(value)]);
    return [service, { "com.docker.compose.project": project, ...Object.fromEntries(here) }] as const;
  });
  return Object.fromEntries(named);
}
