import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisServer } from "@gateway/redis-server";
import { stringify } from "yaml";
import { freePort } from "./free-port.ts";
import { send } from "./http.ts";
import { type LoneProxy, startLoneProxy } from "./lone-proxy.ts";
import { pathOf } from "./parts.ts";
import { until } from "./processes.ts";
import { Replica, type Shared, shareSettings } from "./replica.ts";

/**
 * Two proxies of one server behind one service of a real Traefik, with auth and one Redis: what docs/replicas.md tells people
 * to run by hand.
 */
export interface ReplicatedStand extends AsyncDisposable {
  /** The issuer, which is Traefik. */
  readonly issuer: string;
  /** The server's endpoint, there. */
  readonly mcpUrl: string;
  /** Requests that one replica passed on to the other, since both started last. */
  relayed(): Promise<number>;
  /** Ends a replica without a word. */
  kill(name: string): Promise<void>;
  /** Starts one of that name, again or for the first time; resolves when all that run know of each other. */
  start(name: string): Promise<void>;
}

const address = (port: number) => `http://127.0.0.1:${port}`;

export async function startReplicatedStand(command: readonly string[], ...names: string[]): Promise<ReplicatedStand> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-e2e-replicated-"));
  const redis = await RedisServer.start({ folder, port: await freePort() });
  const port = await freePort();
  const shared = await shareSettings(folder, port, redis.url);
  const auth = await Replica.start(shared);
  const place = async () => ({ own: await freePort(), metrics: await freePort() });
  const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await place()] as const)));
  const dynamicFile = join(folder, "dynamic.yml");
  await writeFile(
    dynamicFile,
    renderDynamic(
      shared,
      auth.url,
      Object.values(ports).map(({ own }) => own),
    ),
  );
  const traefik = await startTraefik(port, dynamicFile, shared.issuer);
  const running = new Map<string, LoneProxy>();
  const stand: ReplicatedStand = {
    issuer: shared.issuer,
    mcpUrl: shared.resource,
    async relayed() {
      const counts = await Promise.all(Object.values(ports).map(({ metrics }) => relayedBy(metrics)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async kill(name) {
      await running.get(name)?.kill();
      running.delete(name);
    },
    async start(name) {
      running.set(name, await startReplica(command, { name, ports: ports[name] as Ports, shared, auth, redis }));
      const alive = JSON.stringify([...running.keys()].sort());
      await Promise.all([...running.values()].map((proxy) => proxy.untilSaid(`"replicas":${alive}`)));
    },
    async [Symbol.asyncDispose]() {
      await end(traefik);
      await Promise.all([...running.values()].map((proxy) => proxy[Symbol.asyncDispose]()));
      await auth[Symbol.asyncDispose]();
      await redis.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  for (const name of names) await stand.start(name);
  return stand;
}

interface Ports {
  readonly own: number;
  readonly metrics: number;
}

async function relayedBy(metricsPort: number): Promise<number> {
  const { text } = await send(`${address(metricsPort)}/metrics`);
  return Number(/^mcp_proxy_relayed_total (\d+)$/m.exec(text)?.[1]);
}

interface ReplicaPlace {
  readonly name: string;
  readonly ports: Ports;
  readonly shared: Shared;
  readonly auth: Replica;
  readonly redis: RedisServer;
}

function startReplica(command: readonly string[], { name, ports, shared, auth, redis }: ReplicaPlace) {
  return startLoneProxy(command, {
    ...{ PORT: `${ports.own}`, METRICS_PORT: `${ports.metrics}`, ALLOW_ANONYMOUS: "0" },
    ...{ REPLICA_NAME: name, REDIS_URL: redis.url },
    MCP_STATE_SECRET: "a secret that both of the replicas have in common",
    AUTH_JWKS_URL: `${auth.url}/jwks`,
    AUTH_ISSUER: shared.issuer,
    RESOURCE_IDENTIFIERS: shared.resource,
  });
}

const identity = ["X-User-Id", "X-User-Name", "X-Auth-Token", "X-Auth-Scope", "X-Gateway-Assertion"];

function renderDynamic({ resource }: Shared, authUrl: string, ports: readonly number[]): string {
  const { pathname } = new URL(resource);
  const prefix = pathname.replace(/\/mcp$/, "");
  const authResponseHeaders = [...identity, "Authorization", "Cookie"];
  const forwardAuth = { address: `${authUrl}/verify`, trustForwardHeader: false, authResponseHeaders };
  const healthCheck = { path: "/health", hostname: "127.0.0.1", interval: "1s", timeout: "1s" };
  const servers = ports.map((port) => ({ url: address(port) }));
  return stringify({
    http: {
      routers: {
        mcp: { rule: `Path(\`${pathname}\`)`, priority: 2, middlewares: ["ask", "strip", "again"], service: "proxies" },
        auth: { rule: "PathPrefix(`/`)", priority: 1, service: "auth" },
      },
      middlewares: {
        ask: { forwardAuth },
        strip: { stripPrefix: { prefixes: [prefix] } },
        again: { retry: { attempts: 4, initialInterval: "100ms" } },
      },
      services: {
        proxies: { loadBalancer: { servers, healthCheck } },
        auth: { loadBalancer: { servers: [{ url: authUrl }] } },
      },
    },
  });
}

async function startTraefik(port: number, dynamicFile: string, issuer: string): Promise<ChildProcess> {
  const entryPoint = `--entryPoints.web.address=127.0.0.1:${port}`;
  const args = [entryPoint, `--providers.file.filename=${dynamicFile}`, "--global.checkNewVersion=false"];
  const traefik = spawn(pathOf("traefik"), args, { stdio: ["ignore", "pipe", "inherit"] });
  traefik.stdout?.resume();
  const answers = async () => {
    const { status } = await send(`${issuer}/.well-known/oauth-authorization-server`).catch(() => ({ status: 0 }));
    return status === 200 ? true : undefined;
  };
  await until(answers, "auth through Traefik", 60_000);
  return traefik;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "close");
  child.kill("SIGTERM");
  await ended;
}
