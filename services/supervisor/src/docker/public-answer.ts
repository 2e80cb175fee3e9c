import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { GatewayConfig } from "@gateway/config";
import { publicAddressesOf } from "@gateway/registry";
import type { Deployment } from "./deployment.ts";

/** How long Traefik may take to read its routes and to find who answers, in milliseconds. */
export const publicTimeout = 30_000;
const pause = 200; // ms; nothing tells when Traefik has read its routes
const inARow = 3;
const longestAnswer = 5_000; // ms
const message = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

interface Answer {
  /** 0: none came. */
  readonly status: number;
  readonly challenge?: string | undefined;
  readonly retryAfter?: string | undefined;
}

/** What is asked, at a public URL, and whether an answer is the one that a client is to get. */
interface Question {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly isAnswered: (answer: Answer) => boolean;
}

/**
 * Asks this machine's public port what a client asks first, over a connection of its own each time: auth for its metadata, and each
 * server at each of its addresses, without a token. Waits until every one is answered as it should be, several times in a row.
 * @param milliseconds how long in all; what Traefik's rate limit makes it wait comes on top
 * @returns what is still answered otherwise; undefined: nothing
 */
export async function publicFault(
  deployment: Deployment,
  config: GatewayConfig,
  milliseconds: number,
): Promise<string | undefined> {
  let until = Date.now() + milliseconds;
  for (const question of questionsOf(deployment, config)) {
    for (let answered = 0; answered < inARow; ) {
      const answer = await answerOf(question, deployment);
      if (question.isAnswered(answer)) answered += 1;
      else if (answer.status === 429) until += await waitAsTold(answer);
      else if (Date.now() > until) return `${question.url.href} ${wordsOf(answer)} on this machine`;
      else {
        answered = 0;
        await delay(pause);
      }
    }
  }
  return undefined;
}

function questionsOf({ issuer, site }: Deployment, { servers }: GatewayConfig): Question[] {
  const metadata = new URL("/.well-known/oauth-authorization-server", issuer);
  const endpoints = servers.flatMap((server) => (server.enabled ? publicAddressesOf(server, site) : []));
  return [
    { method: "GET", url: metadata, isAnswered: ({ status }) => status === 200 },
    ...endpoints.map(({ url }): Question => ({ method: "POST", url: new URL(url), isAnswered: asksForToken })),
  ];
}

/** RFC 9728 5.1: what leads a client to auth, which only auth itself says. */
function asksForToken({ status, challenge = "" }: Answer): boolean {
  return status === 401 && challenge.includes("resource_metadata=");
}

/** Waits as long as the rate limit says; gives how long that was, in milliseconds. */
async function waitAsTold({ retryAfter }: Answer): Promise<number> {
  const milliseconds = Math.min(Math.max(Number(retryAfter) || 1, 1), 60) * 1_000;
  await delay(milliseconds);
  return milliseconds;
}

function wordsOf({ status }: Answer): string {
  return status === 0 ? "does not answer" : `answers with ${status}`;
}

/** By address, since the public name may lead elsewhere, or nowhere yet; whose certificate it is does not matter here. */
function answerOf({ method, url }: Question, { env }: Deployment): Promise<Answer> {
  const isPlain = env.TLS === "off";
  const host = env.GATEWAY_BIND === "0.0.0.0" ? "127.0.0.1" : env.GATEWAY_BIND;
  const port = isPlain ? env.GATEWAY_HTTP_PORT : env.GATEWAY_HTTPS_PORT;
  const headers = { host: url.host, "content-type": "application/json", accept: "application/json, text/event-stream" };
  const options = { method, host, port, path: url.pathname, headers, agent: false, timeout: longestAnswer };
  return new Promise((resolve) => {
    const asked = isPlain
      ? plainRequest(options)
      : request({ ...options, servername: url.hostname, rejectUnauthorized: false });
    asked.on("response", (answer) => {
      answer.resume();
      const { "www-authenticate": challenge, "retry-after": retryAfter } = answer.headers;
      resolve({ status: answer.statusCode ?? 0, challenge, retryAfter });
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve({ status: 0 }));
    asked.end(method === "POST" ? message : undefined);
  });
}
