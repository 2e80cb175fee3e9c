import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePort } from "../free-port.ts";
import { pathOf } from "../parts.ts";
import { until } from "../processes.ts";

interface AuthorityOptions {
  /** Where a host shows over http that it is the one it says (RFC 8555 8.3); in the world it is 80. */
  readonly httpPort: number;
  /** Names that it gives no certificate to. */
  readonly refuses: readonly string[];
  /** Of this machine, where those who ask for certificates reach it; by default loopback. */
  readonly address?: string;
}

/**
 * Pebble: a certificate authority that speaks ACME as Let's Encrypt does, and asks a DNS of its own in which every name leads here.
 * Its API is served with a certificate that only `caFile` vouches for.
 */
export class Authority implements AsyncDisposable {
  readonly directory: string;
  /** Vouches for the directory's certificate. */
  readonly caFile: string;
  /** Whom clients of the certificates that it gives have to trust; in PEM. */
  readonly root: string;
  readonly #dns: string;
  readonly #programs: readonly ChildProcess[];

  private constructor(
    programs: readonly ChildProcess[],
    about: { directory: string; caFile: string; root: string; dns: string },
  ) {
    this.directory = about.directory;
    this.caFile = about.caFile;
    this.root = about.root;
    this.#dns = about.dns;
    this.#programs = programs;
  }

  static async start(
    parent: string,
    { httpPort, refuses, address = "127.0.0.1" }: AuthorityOptions,
  ): Promise<Authority> {
    const folder = join(parent, "authority");
    await mkdir(folder);
    makeCertificate(folder, address);
    const [api, management, dns, dnsManagement] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const settings = {
      listenAddress: `${address}:${api}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: join(folder, "cert.pem"),
      privateKey: join(folder, "key.pem"),
      httpPort,
      tlsPort: 0,
      domainBlocklist: refuses,
      retryAfter: { authz: 1, order: 1 },
      keyAlgorithm: "ecdsa",
    };
    await writeFile(join(folder, "pebble.json"), JSON.stringify({ pebble: settings }));
    const off = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", ""];
    const names = ["-dnsserver", `127.0.0.1:${dns}`, "-management", `127.0.0.1:${dnsManagement}`, "-defaultIPv6", ""];
    const programs = [
      run("pebble-challtestsrv", [...off, ...names]),
      run("pebble", ["-config", join(folder, "pebble.json"), "-dnsserver", `127.0.0.1:${dns}`]),
    ];
    const caFile = join(folder, "cert.pem");
    const trusted = await readFile(caFile, "utf8");
    const root = await until(
      () => get(`https://127.0.0.1:${management}/roots/0`, trusted).catch(() => undefined),
      "the authority's root",
    );
    const about = {
      directory: `https://${address}:${api}/dir`,
      caFile,
      root,
      dns: `http://127.0.0.1:${dnsManagement}`,
    };
    return new Authority(programs, about);
  }

  /** Puts a text into its DNS. @param name such as `_acme-challenge.example.test.` */
  async setText(name: string, value: string): Promise<void> {
    await fetch(`${this.#dns}/set-txt`, { method: "POST", body: JSON.stringify({ host: name, value }) });
  }

  async clearText(name: string): Promise<void> {
    await fetch(`${this.#dns}/clear-txt`, { method: "POST", body: JSON.stringify({ host: name }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#programs) {
      if (program.exitCode !== null || program.signalCode !== null) continue;
      const ended = once(program, "close");
      program.kill("SIGKILL");
      await ended;
    }
  }
}

/** Of its API: one that nobody else vouches for. */
function makeCertificate(folder: string, address: string): void {
  const names = `subjectAltName=IP:127.0.0.1,IP:${address}`;
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem"];
  const args = ["req", "-x509", ...key, "-subj", "/CN=authority", "-addext", names, "-days", "2", "-out", "cert.pem"];
  execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
}

function run(program: "pebble" | "pebble-challtestsrv", args: readonly string[]): ChildProcess {
  // It would wait, and refuse a nonce now and then, to show that clients bear it.
  const env = { PATH: process.env.PATH, PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" };
  return spawn(join(pathOf("pebble"), program), args, { env, stdio: "ignore" });
}

async function get(url: string, ca: string): Promise<string> {
  const asked = request(url, { ca, agent: false }).end();
  const [answer] = await once(asked, "response");
  return text(answer);
}
