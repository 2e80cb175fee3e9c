import { post, send } from "../http.ts";
import { initialize } from "../suites/wire.ts";
import type { ClientShape } from "./client-shape.ts";

/** What clients read of the authorization server's metadata (RFC 8414 2). */
export interface Endpoints {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly registration_endpoint: string;
  readonly scopes_supported: readonly string[];
}

/** @returns the challenge of the first request without a token */
export async function meetChallenge({ probe }: ClientShape, mcpUrl: string): Promise<string> {
  const answer = await (probe === undefined
    ? post(mcpUrl, initialize)
    : send(mcpUrl, { method: probe.method, headers: { accept: probe.accept } }));
  if (answer.status !== 401) throw new Error(`${mcpUrl} answered ${answer.status} without a token`);
  return answer.headers["www-authenticate"] ?? "";
}

/** @throws when a challenge does not have it */
export function parameterOf(challenge: string, name: string): string {
  const [, value] = new RegExp(`\\b${name}="([^"]*)"`).exec(challenge) ?? [];
  if (value === undefined) throw new Error(`no ${name} in ${challenge}`);
  return value;
}

/**
 * The authorization server that the server's own document names (RFC 9728).
 * @param named the address of the document in the challenge
 * @returns undefined when the client does not look for it
 */
export async function findIssuer(
  { resourceDocuments }: ClientShape,
  mcpUrl: URL,
  named: string,
): Promise<string | undefined> {
  if (resourceDocuments.length === 0) return undefined;
  const paths = resourceDocuments.map((path) => (path === "challenge" ? named : path));
  const found = await firstDocument<{ resource: string; authorization_servers: string[] }>(
    paths,
    mcpUrl.origin,
    mcpUrl,
  );
  // RFC 9728 3.3: most clients refuse the document of another URL, letter by letter.
  if (found.resource !== mcpUrl.href) throw new Error(`${mcpUrl} calls itself ${found.resource}`);
  return found.authorization_servers[0];
}

/** The first that there is; until then each is a 404 in JSON, as clients give up at a 5xx, a redirect or a page. */
export async function firstDocument<T>(paths: readonly string[], origin: string, { pathname }: URL): Promise<T> {
  for (const path of paths) {
    const { status, headers, text } = await send(new URL(path.replace("{path}", pathname), origin).href);
    if (!headers["content-type"]?.startsWith("application/json")) throw new Error(`${path} is not JSON: ${text}`);
    if (status === 200) return JSON.parse(text) as T;
    if (status !== 404) throw new Error(`${path} answered ${status}`);
  }
  throw new Error(`none of ${paths} is at ${origin}`);
}
