import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { Deployment } from "./deployment.ts";

const pause = 200; // ms; nothing tells when Traefik has read its routes

/** Waits until auth's metadata is answered at this machine's public port. Gives false when it was not within `milliseconds`. */
export async function answersInPublic(deployment: Deployment, milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while ((await metadataStatus(deployment)) !== 200) {
    if (Date.now() > until) return false;
    await delay(pause);
  }
  return true;
}

/** By address, since the public name may lead elsewhere, or nowhere yet; whose certificate it is does not matter here. */
function metadataStatus({ env, issuer }: Deployment): Promise<number> {
  const { host: name, hostname } = new URL(issuer);
  const isPlain = env.TLS === "off";
  const host = env.GATEWAY_BIND === "0.0.0.0" ? "127.0.0.1" : env.GATEWAY_BIND;
  const port = isPlain ? env.GATEWAY_HTTP_PORT : env.GATEWAY_HTTPS_PORT;
  const path = "/.well-known/oauth-authorization-server";
  const options = { host, port, path, headers: { host: name }, agent: false, timeout: 5_000 };
  return new Promise((resolve) => {
    const asked = isPlain
      ? plainRequest(options)
      : request({ ...options, servername: hostname, rejectUnauthorized: false });
    asked.on("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(0));
    asked.end();
  });
}
