import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import { say } from "../gateway.ts";
import { pathOf } from "../parts.ts";
import { Replica } from "../replica.ts";
import { Authority } from "./authority.ts";
import { traefikSettings } from "./compose-settings.ts";
import { listContainers } from "./container-list.ts";

const inCompose = (file: string) => fileURLToPath(new URL(`../../../compose/${file}`, import.meta.url));
const project = "gateway-acme";
const domain = "gateway-acme.test";

/**
 * TLS=acme without Docker: the stack's own compose files and labels, before a real Traefik, a real auth and a real authority.
 * What a container would name (paths below /, ports, other containers) is named as it is on this machine; nothing else is changed.
 */
export class AcmeStack implements AsyncDisposable {
  readonly authority: Authority;
  readonly ports: { readonly http: number; readonly https: number };
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #parts: readonly AsyncDisposable[];
  #traefik: ChildProcess | undefined;
  #logged = "";

  private constructor(
    own: { folder: string; authority: Authority; ports: AcmeStack["ports"]; parts: readonly AsyncDisposable[] },
    environment: NodeJS.ProcessEnv,
  ) {
    this.authority = own.authority;
    this.ports = own.ports;
    this.#folder = own.folder;
    this.#parts = own.parts;
    this.#environment = environment;
  }

  /**
   * Starts all of it, Traefik not yet.
   * @param challenge the compose file of the way to show that a name is ours
   * @param env what ACME_DNS_ENV_FILE holds, and ACME_DNS_PROVIDER
   */
  static async open(challenge: "acme-http.yml" | "acme-dns.yml", { provider = "" } = {}): Promise<AcmeStack> {
    const folder = await mkdtemp(join(tmpdir(), "gateway-e2e-acme-"));
    const ports = { http: await freePort(), https: await freePort() };
    const authority = await Authority.start(folder, { httpPort: ports.http, refuses: [`refused.${domain}`] });
    const servers = await renderServers(folder);
    const variables = {
      BASE_DOMAIN: domain,
      GATEWAY_PUBLIC_PORT: `:${ports.https}`,
      GATEWAY_HTTPS_PORT: `${ports.https}`,
      COMPOSE_PROJECT_NAME: project,
      ACME_CA_SERVER: authority.directory,
      ACME_CA_FILE: authority.caFile,
      ACME_DNS_PROVIDER: provider,
    };
    const files = ["gateway.yml", "https.yml", "acme.yml", challenge, "acme-ca.yml"].map(inCompose);
    const { environment, labels } = await traefikSettings([...files, servers], variables);
    const auth = await startAuth(folder, ports.https);
    const containers = await listContainers(onThisMachine(labels, auth));
    const dynamic = join(folder, "dynamic");
    await mkdir(dynamic);
    const places: Readonly<Record<string, string>> = {
      ":8080": `127.0.0.1:${ports.http}`,
      ":8443": `127.0.0.1:${ports.https}`,
      ":8081": `127.0.0.1:${await freePort()}`,
      "tcp://docker-socket:2375": containers.url,
      "/etc/traefik/dynamic": dynamic,
      "/etc/traefik/acme-ca.pem": authority.caFile,
      "/acme/acme.json": join(folder, "acme.json"),
    };
    const own = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, places[value] ?? value]));
    return new AcmeStack({ folder, authority, ports, parts: [containers, auth, authority] }, own);
  }

  /** Starts Traefik. @param more variables of ACME_DNS_ENV_FILE */
  start(more: Readonly<Record<string, string>> = {}): void {
    const env = { ...more, ...this.#environment };
    const traefik = spawn(pathOf("traefik"), [], { env, cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
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

  /** What Traefik has written. */
  get logged(): string {
    return this.#logged;
  }

  /** What Traefik keeps of the authority: an account, and certificates with their names. */
  async kept(): Promise<{ readonly account: string; readonly names: readonly string[] }> {
    const { acme } = JSON.parse(await readFile(join(this.#folder, "acme.json"), "utf8"));
    const names = acme.Certificates.map(({ domain: { main } }: { domain: { main: string } }) => main);
    return { account: acme.Account.Registration.uri, names: names.sort() };
  }

  /** A name of the stack: `auth`, or a server's. */
  host(label: string): string {
    return `${label}.${domain}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    for (const part of this.#parts) await part[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
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

async function startAuth(folder: string, port: number): Promise<Replica> {
  const issuer = `https://auth.${domain}:${port}`;
  const resource = `https://memory.${domain}:${port}/mcp`;
  const resourcesFile = join(folder, "resources.json");
  const servers = [{ name: "memory", title: "memory", identifiers: [resource] }];
  await writeFile(resourcesFile, JSON.stringify({ strictResource: false, servers }));
  const env = {
    PATH: process.env.PATH ?? "",
    ISSUER: issuer,
    RESOURCES_FILE: resourcesFile,
    GITHUB_CLIENT_ID: "Iv1.acme",
    GITHUB_CLIENT_SECRET: "acme-app-secret",
    GATEWAY_JWT_SECRET: "a-secret-of-at-least-thirty-two-bytes",
  };
  return Replica.start({ folder, issuer, resource, env });
}

function onThisMachine(labels: Readonly<Record<string, Readonly<Record<string, string>>>>, auth: Replica) {
  const named = Object.entries(labels).map(([service, own]) => {
    const here = Object.entries(own).map(([name, value]) => [name, value.replace("http://auth:8000", auth.url)]);
    return [service, { "com.docker.compose.project": project, ...Object.fromEntries(here) }] as const;
  });
  return Object.fromEntries(named);
}
