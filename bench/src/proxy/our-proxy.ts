import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { freePort } from "@gateway/canary";
import { signAssertion } from "@gateway/forward-auth";
import type { Program, Run } from "../program.ts";

/** What our proxy asks of auth, and who comes through it. */
export interface BenchAuth {
  /** Where the key set is, and in the same answer which tokens were revoked: none. */
  readonly url: string;
  /** The headers of a user whom nobody had before, at a resource. */
  identity(resource: string): Readonly<Record<string, string>>;
  close(): void;
}

/** The limits on a child that are always on. */
export const limits = { MCP_CHILD_MEMORY: "1g", MCP_CHILD_PIDS: "64" };

const issuer = "http://localhost:8080";
const main = fileURLToPath(new URL("../../../services/proxy/dist/main.js", import.meta.url));

export async function openBenchAuth(): Promise<BenchAuth> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" }); // as auth signs them
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "bench", use: "sig", alg: "ES256" };
  const http = createServer((_req, res) => res.end(JSON.stringify({ keys: [jwk], ended: [] }))).listen(0, "127.0.0.1");
  await once(http, "listening");
  let users = 0;
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    identity(resource) {
      users += 1;
      const now = Math.floor(Date.now() / 1_000);
      const token = { sid: "bench", token_jti: `${users}`, token_kid: "bench", token_exp: now + 86_400 };
      const claims = { iss: issuer, aud: resource, sub: `gh|${users}`, client_id: "bench", scope: "mcp", ...token };
      const key = { kid: "bench", algorithm: "ES256", privateKey } as const;
      const assertion = signAssertion(claims, key, now, 86_400);
      return { "x-gateway-assertion": assertion, "x-user-id": String(users) };
    },
    close: () => void http.close(),
  };
}

export interface OurProxy {
  readonly program: Program;
  readonly url: string;
  readonly command: readonly string[];
  /** Of another user each time. */
  readonly identity: () => Readonly<Record<string, string>>;
}

/** Ours as it runs behind auth: assertions are checked, limits are on. */
export async function startOurProxy(
  run: Run,
  auth: BenchAuth,
  server: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<OurProxy> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  const command = [process.execPath, main, "--", ...server] as const;
  const program = await run(command, port, {
    ...{ AUTH_JWKS_URL: auth.url, AUTH_ISSUER: issuer, RESOURCE_IDENTIFIERS: url },
    ...{ LOG_LEVEL: "warn", MCP_MAX_SESSIONS: "1000", ...limits, ...env },
  });
  return { program, url, command, identity: () => auth.identity(url) };
}
