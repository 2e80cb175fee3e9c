import type { IncomingMessage } from "node:http";
import { identityHeaders, type VerifiedAssertion, verifyAssertion } from "@gateway/forward-auth";
import type { Logger } from "@gateway/telemetry";
import type { Access } from "../configuration/proxy-config.ts";
import { Refusal } from "../http/refusal.ts";
import type { FindKey } from "./jwks.ts";
import { rememberAssertions } from "./known-assertions.ts";

/** Who a request is from: what a session belongs to. */
export interface Identity {
  /** `gh|<numeric id>`, `local|<name>`; `anonymous` or a name of the caller's own where nobody checks. */
  readonly sub: string;
  /** The OAuth client; empty where nobody checks. */
  readonly clientId: string;
  /** What the user is called, where auth says so. */
  readonly name?: string | undefined;
  /** Of its access token, space separated; absent where nobody checks. */
  readonly scope?: string;
  /** The only tools that exist for it, as names and globs; absent: all that the server has for clients. */
  readonly tools?: readonly string[];
  /** What the request rests on; absent where nobody checks. */
  readonly token?: AccessToken;
}

/** The access token behind a request. */
export interface AccessToken {
  readonly jti: string;
  /** The grant that it is of. */
  readonly sid: string;
  /** The key that it was signed with. */
  readonly kid: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

/** Gives no promise where there is nothing to wait for. @throws {Refusal} when the request has no valid identity */
export type Identify = (req: IncomingMessage) => Identity | Promise<Identity>;

export interface IdentifyPorts {
  readonly access: Access;
  readonly findKey: FindKey;
  readonly logger: Logger;
  /** Seconds since the epoch. */
  readonly now?: () => number;
}

/** Makes the one decision about whose request it is (security.md 2, decisions.md 9). */
export function createIdentify({ access, findKey, logger, now = epochSeconds }: IdentifyPorts): Identify {
  const verify = verifier({ access, findKey, now });
  const prove = async (token: string, checking: ReturnType<typeof verify>) => {
    const known = await checking;
    if (known !== undefined) return known.identity;
    // No challenge: a client's token is auth's business. Getting here means the edge let something past auth.
    logger.error("deployment error: request without a valid identity", { hasAssertion: token !== "" });
    throw new Refusal("no_identity");
  };
  return (req) => {
    checkOnce(req);
    switch (access.kind) {
      case "closed":
        throw new Refusal("no_access");
      case "anonymous":
        // Nobody vouches for this name; it only keeps callers apart who say who they are.
        return { sub: singleHeader(req, identityHeaders.userId) ?? "anonymous", clientId: "" };
      case "assertion": {
        const token = singleHeader(req, identityHeaders.assertion) ?? "";
        const known = verify(token);
        return "identity" in known ? known.identity : prove(token, known);
      }
    }
  };
}

function identityOf({ sub, client_id, name, scope, tools, sid, ...assertion }: VerifiedAssertion): Identity {
  const token = { jti: assertion.token_jti, sid, kid: assertion.token_kid, exp: assertion.token_exp };
  return { sub, clientId: client_id, name, scope, ...(tools === undefined ? {} : { tools }), token };
}

function verifier({ access, findKey, now }: Required<Omit<IdentifyPorts, "logger">>) {
  return rememberAssertions(async (token) => {
    if (access.kind !== "assertion") return undefined;
    const { issuer, audiences } = access;
    const assertion = await verifyAssertion(token, { issuer, audiences, findKey, now: now() });
    return assertion && { identity: identityOf(assertion), exp: assertion.exp };
  }, now);
}

const identityNames: ReadonlySet<string> = new Set(Object.values(identityHeaders));

/** `req.headers` joins or drops what comes twice: only `rawHeaders` has all (decisions.md 35). */
function checkOnce({ rawHeaders }: IncomingMessage): void {
  let seen: Set<string> | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] as string;
    if (raw[0] !== "x" && raw[0] !== "X") continue;
    const name = raw.toLowerCase();
    if (!identityNames.has(name)) continue;
    seen ??= new Set();
    if (seen.has(name)) throw new Refusal("repeated_identity");
    seen.add(name);
  }
}

/** After `checkOnce`. */
function singleHeader(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return typeof value === "string" ? value : undefined;
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
