import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { isLoopbackName } from "@gateway/config/proxy";
import type { Front } from "../configuration/proxy-config.ts";
import { Refusal } from "./refusal.ts";

/**
 * Refuses a request for a name that is not ours, or of a page that may not call: DNS rebinding gives a foreign
 * page a way to a server on loopback, with its own name in Host and Origin (MCP 2025-11-25, transports, security).
 */
export function checkNames(req: IncomingMessage, front: Front): void {
  checkHost(req, front);
  checkOrigin(req, front);
}

/** Refuses a request of a page that may not call. */
export function checkOrigin(req: IncomingMessage, front: Front): void {
  const { origin } = req.headers;
  if (origin !== undefined && !isOriginAllowed(origin, front)) throw new Refusal("bad_origin");
}

/** Whether Host is one of this machine's own names, or an address: no foreign page can have such a name. */
export function hasOwnHost(req: IncomingMessage): boolean {
  const [host, ...others] = headerValues(req, "host");
  const url = host === undefined || others.length > 0 ? undefined : hostUrl(host);
  return url !== undefined && isOwnName(url);
}

/** Refuses a foreign Host, a missing one, and two of them. */
export function checkHost(req: IncomingMessage, { hosts }: Pick<Front, "hosts">): void {
  const [host, ...others] = headerValues(req, "host");
  if (host !== undefined && others.length === 0 && hosts.includes(host)) return;
  const url = host === undefined || others.length > 0 ? undefined : hostUrl(host);
  if (url === undefined) throw new Refusal("bad_host");
  const isOurs = hosts.length > 0 ? hosts.includes(url.host) : isOwnName(url);
  if (!isOurs) throw new Refusal("bad_host");
}

/** Whether pages of this origin may call. `null` is what sandboxed pages and files send: never. */
export function isOriginAllowed(origin: string, { origins, loopbackOrigins }: Front): boolean {
  if (!URL.canParse(origin)) return false;
  if (origins.includes("*") || origins.includes(origin)) return true;
  const { hostname, protocol } = new URL(origin);
  return loopbackOrigins && /^https?:$/.test(protocol) && isLoopbackName(hostname);
}

/** Every value a header was sent with; `req.headers` keeps or joins only some. */
function headerValues(req: IncomingMessage, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const raw = req.rawHeaders[at];
    if (raw?.length === name.length && raw.toLowerCase() === name) values.push(req.rawHeaders[at + 1] ?? "");
  }
  return values;
}

/** Lower case, without default port and one trailing dot; undefined for what is no host. */
function hostUrl(host: string): URL | undefined {
  if (!/^[a-z0-9._-]+\.?(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/i.test(host)) return undefined;
  const text = `http://${host.replace(/\.(?=:|$)/, "")}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** An address cannot be rebound: only names can. */
function isOwnName({ hostname }: URL): boolean {
  return isLoopbackName(hostname) || isAddress(hostname);
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[(.*)\]$/, "$1")) !== 0;
}
