import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { FakeGitHub } from "./fake-github.ts";
import { freePort } from "./free-port.ts";
import { say } from "./gateway.ts";
import { pathOf } from "./parts.ts";
import { allowedUsers, ReachedStack } from "./reached-stack.ts";
import { imagesOfServers } from "./servers.ts";

export interface DockerStackOptions {
  readonly routing: "subdomain" | "path";
  /** gateway.json as written. */
  readonly declaration: unknown;
  /** Folders of e2e/fixtures/images whose images the declared servers run in. */
  readonly images?: readonly (keyof typeof imagesOfServers)[];
  /** What lies in `docker/tls` of the data folder before the first `up`, by its name there; by default the authority that this process trusts. */
  readonly tls?: Readonly<Record<string, string>>;
  /** Added to the environment of the verbs. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The Docker stack as a person runs it: `up --docker`, TLS of an authority of its own, sign-in at a GitHub that runs beside it.
 * Ports, data and the stack's name are its own, so that several can run.
 */
export class DockerStack extends ReachedStack implements AsyncDisposable {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The stack's name, which each container's begins with. */
  readonly project: string;

  private constructor(
    folder: string,
    ports: readonly [number, number],
    github: FakeGitHub,
    options: DockerStackOptions,
  ) {
    const domain = process.env.GATEWAY_LAB_DOMAIN ?? "";
    super({ domain, routing: options.routing, port: ports[1], github });
    this.folder = folder;
    this.project = `gateway-e2e-${randomBytes(3).toString("hex")}`;
    this.env = {
      ...process.env,
      ...github.env,
      BASE_DOMAIN: domain,
      ROUTING: options.routing,
      TLS: "local-ca",
      ALLOWED_GITHUB_USERS: allowedUsers,
      GATEWAY_CONFIG: join(folder, "gateway.json"),
      GATEWAY_DATA_DIR: join(folder, "data"),
      GATEWAY_HTTP_PORT: `${ports[0]}`,
      GATEWAY_HTTPS_PORT: `${ports[1]}`,
      COMPOSE_PROJECT_NAME: this.project,
      REGISTRATION_RATE_LIMIT: "300", // one address signs in for all tests
      SIGN_IN_RATE_LIMIT: "300",
      ...options.env,
    };
  }

  /** Declares the servers and brings the stack up; rejects with what was printed when not all of it is ready. */
  static async start(options: DockerStackOptions): Promise<DockerStack> {
    const folder = await mkdtemp(join(tmpdir(), "gateway-e2e-docker-"));
    const github = await FakeGitHub.start(ownAddress());
    const stack = new DockerStack(folder, [await freePort(), await freePort()], github, options);
    try {
      await layTls(join(folder, "data"), options.tls);
      for (const name of options.images ?? []) await stack.#buildImage(name);
      await stack.declare(options.declaration);
      await stack.up();
    } catch (error) {
      await stack[Symbol.asyncDispose]();
      throw error;
    }
    return stack;
  }

  /** Writes gateway.json; `up` takes it up. */
  async declare(declaration: unknown): Promise<void> {
    await writeFile(join(this.folder, "gateway.json"), JSON.stringify(declaration, null, 2));
  }

  /** What `up` printed. */
  async up(): Promise<string> {
    const { code, printed } = await say(this, ["up", "--docker"]);
    if (code !== 0) throw new Error(`up ended with ${code}:\n${printed}`);
    return printed;
  }

  async down(): Promise<void> {
    const { code, printed } = await say(this, ["down", "--docker"]);
    if (code !== 0) throw new Error(`down ended with ${code}:\n${printed}`);
  }

  /** The docker client, on the engine that this stack runs on; gives what it printed. */
  async docker(...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)("docker", args, { env: this.env, maxBuffer: 64 * 1_048_576 });
    return stdout + stderr;
  }

  /** Name of a service's container. */
  container(service: string): string {
    return `${this.project}-${service}-1`;
  }

  /** Containers by service: their ids and when they were started, so that one that was started anew is another. */
  async lives(): Promise<Record<string, string>> {
    const ids = await this.docker(
      "ps",
      "--all",
      "--quiet",
      "--filter",
      `label=com.docker.compose.project=${this.project}`,
    );
    const format = '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.StartedAt}}';
    const lines = (await this.docker("inspect", "--format", format, ...ids.split("\n").filter(Boolean)))
      .trim()
      .split("\n");
    return Object.fromEntries(lines.map((line) => [line.split(" ")[0] ?? "", line]));
  }

  /** The stack, its data and all that was written are gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await say(this, ["down", "--docker", "--volumes", "--yes"]);
    await this.github[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
    await this.#removeImages();
  }

  /** Those that were made for this stack's servers; a person keeps them for the next start. */
  async #removeImages(): Promise<void> {
    const own = await this.docker("image", "ls", "--quiet", "--filter", `reference=${this.project}/*`);
    if (own !== "") await this.docker("image", "rm", ...own.trim().split("\n"));
  }

  /** An image as somebody else may have made it. */
  async #buildImage(name: keyof typeof imagesOfServers): Promise<void> {
    const folder = fileURLToPath(new URL(`../fixtures/images/${name}`, import.meta.url));
    const base = `BASE=${process.env.GATEWAY_LAB_IMAGE}`;
    await this.docker("build", "--tag", imagesOfServers[name], "--build-arg", base, folder);
  }
}

/**
 * Writes what lies in `docker/tls` of a data folder before the first `up`; by default the authority that this process was started
 * with, among those it trusts.
 */
export async function layTls(dataFolder: string, files?: Readonly<Record<string, string>>): Promise<void> {
  const tls = join(dataFolder, "docker/tls");
  await mkdir(dataFolder, { mode: 0o700, recursive: true });
  await mkdir(tls, { recursive: true });
  for (const [name, text] of Object.entries(files ?? (await knownAuthority())))
    await writeFile(join(tls, name), text, { mode: 0o600 });
}

async function knownAuthority(): Promise<Record<string, string>> {
  const read = (file: string) => readFile(join(pathOf("docker"), file), "utf8");
  return { "ca.pem": await read("ca.pem"), "ca-key.pem": await read("ca-key.pem") };
}

/** An address of this machine that containers and browsers here both reach. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const own = all.find(({ family, internal }) => family === "IPv4" && !internal);
  if (own === undefined) throw new Error("this machine has no address but loopback");
  return own.address;
}
