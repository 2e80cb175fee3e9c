import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "@gateway/canary";
import { authRequestHeaders, authResponseHeaders } from "@gateway/forward-auth";
import type { Contender } from "../slice.ts";
import type { Stage } from "./stage.ts";

const pickHeader = "X-Bench";

/**
 * Ours and the bare server behind one Traefik, before one backend that answers nothing. TRAEFIK_BIN names the binary;
 * else it is the one that the tests use.
 */
export async function throughTraefik({ ours, bare, run, folder }: Stage): Promise<readonly Contender[]> {
  const [port, backendPort] = [await freePort(), await freePort()];
  const bareServer = fileURLToPath(new URL("./bare-server.js", import.meta.url));
  await run([process.execPath, bareServer], backendPort, {
    PORT: `${backendPort}`,
    ANSWER_HEADERS: '{"content-length":"0"}',
  });
  const contenders = [ours.contender, bare];
  const file = join(folder, "traefik.json");
  await writeFile(file, JSON.stringify(dynamicConfig(contenders, backendPort)));
  const flags = [`--providers.file.filename=${file}`, `--entrypoints.web.address=127.0.0.1:${port}`];
  await run([traefik(), ...flags, "--global.checknewversion=false", "--log.level=ERROR"], port, {});
  const { host, pathname } = new URL(ours.resource);
  const { authorization = "", accept = "" } = ours.contender.headers;
  const throughIt = contenders.map((contender, place) => ({
    ...contender,
    url: `http://127.0.0.1:${port}${pathname}`,
    headers: { host, authorization, accept, [pickHeader]: `${place}` },
  }));
  for (const contender of throughIt) await untilRouted(contender);
  return throughIt;
}

/** Traefik listens before it has read its routes. */
async function untilRouted({ url, headers }: Contender): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const [answer] = (await once(request(url, { headers }).end(), "response")) as [IncomingMessage];
    answer.resume();
    if (answer.statusCode === 200) return;
    await delay(50); // nothing tells when another process has read its file
  }
  throw new Error("Traefik does not let a valid token through");
}

function dynamicConfig(contenders: readonly Contender[], backendPort: number): unknown {
  const forwardAuth = (address: string) => ({ address, authRequestHeaders, authResponseHeaders });
  const byPlace = <Value>(entryOf: (contender: Contender, place: number) => Value) =>
    Object.fromEntries(contenders.map((contender, place) => [`c${place}`, entryOf(contender, place)]));
  return {
    http: {
      routers: byPlace((_, place) => ({
        rule: `Header(\`${pickHeader}\`, \`${place}\`)`,
        middlewares: [`c${place}`],
        service: "backend",
      })),
      middlewares: byPlace(({ url }) => ({ forwardAuth: forwardAuth(url) })),
      services: { backend: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${backendPort}` }] } } },
    },
  };
}

function traefik(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "", ".cache");
  const file = process.env.TRAEFIK_BIN ?? join(cache, "mcp-oauth-gateway", "traefik-v3.6.12");
  if (!existsSync(file))
    throw new Error(`${file} is missing: scripts/traefik.sh puts one there, or TRAEFIK_BIN names another`);
  return file;
}
