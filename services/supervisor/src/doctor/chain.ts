import { type Finding, ok, problem } from "../domain/findings.ts";
import { askOver } from "./ask.ts";

/**
 * Goes the way of a client that knows nothing but the URL of a server: 401 with a challenge, the server's document
 * (RFC 9728), the authorization server's (RFC 8414). Stops at the first thing that is not as it should be.
 */
export async function checkChain(server: string, endpoint: string): Promise<Finding> {
  const about = `sign-in to ${server}`;
  const wrong = (found: string, advice: string) => problem(about, found, advice);

  const refused = await askOver(endpoint, { headers: { accept: "application/json" } });
  if ("failure" in refused)
    return wrong(`${endpoint}: ${refused.failure}`, "Is the gateway up, and does the name lead to it?");
  if (refused.status !== 401) {
    const advice =
      refused.status < 500
        ? "Nothing may answer there without a token: see the edge's log."
        : "Nobody gets in, since what decides about it is away: just status.";
    return wrong(`${endpoint} answers ${refused.status} where 401 is due`, advice);
  }
  const [, documentUrl] = /resource_metadata="([^"]+)"/.exec(refused.headers.get("www-authenticate") ?? "") ?? [];
  if (documentUrl === undefined)
    return wrong("the 401 names no resource_metadata", "Something before the gateway drops WWW-Authenticate.");

  const document = await askOver(documentUrl);
  if ("failure" in document || document.status !== 200) {
    return wrong(
      `${documentUrl}: ${outcomeOf(document)}`,
      "Clients read this document first: let it through without a token.",
    );
  }
  const { resource, authorization_servers: issuers } = Object(document.json) as {
    resource?: unknown;
    authorization_servers?: unknown[];
  };
  if (resource !== endpoint) {
    return wrong(
      `${documentUrl} is about ${String(resource)}`,
      `Clients compare letter by letter: give them ${String(resource)}.`,
    );
  }
  const issuer = String(issuers?.[0]);
  return checkIssuer(about, issuer);
}

async function checkIssuer(about: string, issuer: string): Promise<Finding> {
  const url = `${issuer}/.well-known/oauth-authorization-server`;
  const metadata = await askOver(url);
  if ("failure" in metadata || metadata.status !== 200) {
    return problem(about, `${url}: ${outcomeOf(metadata)}`, "The authorization server must be reachable by this name.");
  }
  const { issuer: named, authorization_endpoint: authorize } = Object(metadata.json) as Record<string, unknown>;
  if (named !== issuer) {
    return problem(about, `${url} says that its issuer is ${String(named)}`, "Both must be the same (RFC 8414 3.3).");
  }
  if (typeof authorize !== "string") return problem(about, `${url} names no authorization_endpoint`, "See auth's log.");
  return ok(about, `401, its document and ${issuer} fit together`);
}

function outcomeOf(asked: Awaited<ReturnType<typeof askOver>>): string {
  return "failure" in asked ? asked.failure : `answers ${asked.status}`;
}
