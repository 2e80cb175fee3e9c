import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { SecureVersion, TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { Authority } from "../src/compose/authority.ts";
import { DnsDoor } from "../src/compose/dns-door.ts";
import { DockerStack, type DockerStackOptions, ownAddress } from "../src/docker-stack.ts";
import { freePort } from "../src/free-port.ts";
import { until } from "../src/processes.ts";
import { dockerDeclarationOf } from "../src/servers.ts";
import { longestStart } from "../src/stacks.ts";
import { testWith } from "../src/test-with.ts";
import { tlsSpokenBy } from "../src/tls-version.ts";

const localCa = fileURLToPath(new URL("../../scripts/local-ca.sh", import.meta.url));
const patience = 120_000; // ms for Traefik to obtain a certificate
const declaration = dockerDeclarationOf("memory");
const start = (more: Partial<DockerStackOptions>) => DockerStack.start({ routing: "subdomain", declaration, ...more });
const nameOf = (stack: DockerStack, label: string) => `${label}.${stack.env.BASE_DOMAIN}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-e2e-docker-tls-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Asks a server of the stack without a token, over TLS as a client does that trusts this authority and nobody else. */
async function ask(stack: DockerStack, label: string, ca: string) {
  const host = nameOf(stack, label);
  const port = Number(stack.env.GATEWAY_HTTPS_PORT);
  const headers = { host: `${host}:${port}`, accept: "application/json" };
  const asked = request({ host: "127.0.0.1", port, servername: host, ca, agent: false, path: "/mcp", headers }).end();
  const [answer] = await once(asked, "response");
  answer.resume();
  const { serialNumber } = (answer.socket as TLSSocket).getPeerCertificate();
  return { status: answer.statusCode as number, serialNumber };
}

describe("TLS=off, behind a balancer that ends TLS", () => {
  testWith("docker")(
    "http is spoken on the one port that is published, and every URL is https and without it",
    async () => {
      await using stack = await start({ env: { TLS: "off" } });
      const port = Number(stack.env.GATEWAY_HTTP_PORT);
      const get = async (label: string, path: string) => {
        const headers = { host: nameOf(stack, label), accept: "application/json" };
        const asked = plainRequest({ host: "127.0.0.1", port, path, headers, agent: false }).end();
        const [answer] = await once(asked, "response");
        return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
      };
      const { issuer } = JSON.parse((await get("auth", "/.well-known/oauth-authorization-server")).body);
      expect(issuer).toBe(`https://${nameOf(stack, "auth")}`);
      const refused = await get("memory", "/mcp");
      const document = `https://${nameOf(stack, "memory")}/.well-known/oauth-protected-resource/mcp`;
      expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, expect.stringContaining(document)]);
      const published = (await stack.docker("port", stack.container("traefik"))).trim().split("\n");
      expect(new Set(published.map((line) => line.split(":").at(-1)))).toEqual(new Set([`${port}`]));
    },
    longestStart,
  );
});

describe("TLS=local-ca, with a certificate of one's own", () => {
  testWith("docker")(
    "it is what every name is answered with, over no TLS below 1.2, and it is kept when the stack is brought up again",
    async () => {
      execFileSync(localCa, [folder, `${process.env.GATEWAY_LAB_DOMAIN}`], { stdio: "ignore" });
      const read = (file: string) => readFile(join(folder, file), "utf8");
      const [ca, cert, key] = [await read("ca.pem"), await read("cert.pem"), await read("key.pem")];
      await using stack = await start({ tls: { "cert.pem": cert, "key.pem": key } });
      const own = { status: 401, serialNumber: new X509Certificate(cert).serialNumber };
      expect(await ask(stack, "memory", ca)).toEqual(own);
      const spoken = (version: SecureVersion) =>
        tlsSpokenBy(version, Number(stack.env.GATEWAY_HTTPS_PORT), nameOf(stack, "memory"));
      expect([await spoken("TLSv1.1"), await spoken("TLSv1.2")]).toEqual([
        "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
        "TLSv1.2",
      ]);
      expect(await stack.up()).not.toContain("NODE_EXTRA_CA_CERTS"); // nobody has to trust an authority of ours
      expect(await ask(stack, "memory", ca)).toEqual(own);
    },
    longestStart,
  );
});

/** A stack that asks this authority. */
const startWith = ({ directory, caFile }: Authority, env: Readonly<Record<string, string>>) =>
  start({
    env: {
      TLS: "acme",
      ACME_EMAIL: "operator@gateway-lab.test",
      ACME_CA_SERVER: directory,
      ACME_CA_FILE: caFile,
      ...env,
    },
  });

const untilTrusted = (stack: DockerStack, label: string, { root }: Authority) =>
  until(() => ask(stack, label, root).catch(() => undefined), `a certificate for ${label}`, patience);

describe("TLS=acme", () => {
  testWith("docker", "pebble")(
    "Traefik obtains certificates over port 80, keeps them for itself, and has them after down and up",
    async () => {
      const [httpPort, address] = [await freePort(), ownAddress()];
      await using authority = await Authority.start(folder, { httpPort, refuses: [], address });
      await using stack = await startWith(authority, { GATEWAY_HTTP_PORT: `${httpPort}` });
      const before = await untilTrusted(stack, "memory", authority);
      expect(before.status).toBe(401);
      const kept = await stack.docker("exec", stack.container("traefik"), "stat", "-c", "%a", "/acme/acme.json");
      expect(kept.trim()).toBe("600");
      await stack.down();
      await stack.up();
      expect(await untilTrusted(stack, "memory", authority)).toEqual(before);
    },
    longestStart,
  );

  testWith("docker", "pebble")(
    "by DNS, what ACME_DNS_ENV_FILE holds reaches Traefik alone",
    async () => {
      const address = ownAddress();
      await using authority = await Authority.start(folder, { httpPort: 0, refuses: [], address });
      await using door = await DnsDoor.start(authority, address);
      const file = join(folder, "dns.env");
      await writeFile(file, envFileOf(door.settings), { mode: 0o600 });
      await using stack = await startWith(authority, { ACME_DNS_PROVIDER: "httpreq", ACME_DNS_ENV_FILE: file });
      expect((await untilTrusted(stack, "memory", authority)).status).toBe(401);
      expect(door.set).toContain(`_acme-challenge.${nameOf(stack, "memory")}.`);
      for (const service of ["auth", "memory"]) {
        const printed = await stack.docker("inspect", "--format", "{{json .Config.Env}}", stack.container(service));
        expect([service, printed]).toEqual([service, expect.not.stringContaining("HTTPREQ")]);
      }
    },
    longestStart,
  );
});

function envFileOf(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
