import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { just } from "./gateway.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** What a machine has set for Docker, package registries and images, and not of the stack's own images. */
const ofTheMachine =
  /^(PATH|LANG|DOCKER_(HOST|CONFIG|SOCKET)|npm_config_.*|(NODE|REDIS|TRAEFIK|AUTH|PROXY_\w+)_IMAGE)$/i;

/** The repository as somebody gets it who has just cloned it, under a home that has nothing in it. */
export class FreshClone implements AsyncDisposable {
  readonly folder: string;
  readonly home: string;
  readonly project = `gateway-e2e-${randomBytes(3).toString("hex")}`;
  readonly ports: readonly [http: number, https: number];

  private constructor(parent: string, ports: readonly [number, number]) {
    this.folder = join(parent, "clone");
    this.home = join(parent, "home");
    this.ports = ports;
  }

  /** Where its gateway keeps keys, certificates and data. */
  get dataFolder(): string {
    return join(this.home, ".local/share/mcp-oauth-gateway");
  }

  /** @param declaration gateway.json, in place of the repository's */
  static async make(declaration: unknown): Promise<FreshClone> {
    const clone = new FreshClone(await mkdtemp(join(tmpdir(), "gateway-e2e-clone-")), [
      await freePort(),
      await freePort(),
    ]);
    await promisify(execFile)("git", ["clone", "--quiet", repository, clone.folder]);
    await mkdir(clone.home);
    await writeFile(join(clone.folder, "gateway.json"), JSON.stringify(declaration, null, 2));
    return clone;
  }

  /** Says a verb by its recipe, with nothing set but what the machine has and `more`. */
  async say(verb: string, more: Readonly<Record<string, string>> = {}) {
    const set = Object.entries(process.env).filter(([name]) => ofTheMachine.test(name));
    const env = { ...Object.fromEntries(set), HOME: this.home, ...more };
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const said = spawn(process.execPath, [just, ...verb.split(" ")], { cwd: this.folder, env, stdio: [...stdio] });
    const printed = Promise.all([text(said.stdout), text(said.stderr)]);
    const [code] = await once(said, "close");
    return { code: code as number | null, printed: (await printed).join("") };
  }

  /** Its stack is gone, with what was written for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.say("down --docker --volumes --yes");
    await rm(join(this.folder, ".."), { recursive: true, force: true });
  }
}
