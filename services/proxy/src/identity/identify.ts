import type { IncomingMessage } from "node:http";
import { identityHeaders, verifyAssertion } from "@gateway/forward-auth";
import type { Logger } from "@gateway/telemetry";
import type { Access } from "../configuration/proxy-config.ts";
import { headerValues } from "../http/names.ts";
import { Refusal } from "../http/refusal.ts";
import type { FindKey } from "./jwks.ts";

/** Who a request is from: what a session belongs to. */
export interface Identity {
  /** `gh|<numeric id>`, `local|<name>`; `anonymous` or a name of the caller's own where nobody checks. */
  readonly sub: string;
  /** The OAuth client; empty where nobody checks. */
  readonly clientId: string;
}

/** @throws {Refusal} when the request has no valid identity */
export type Identify = (req: IncomingMessage) => Promise<Identity>;

export interface IdentifyPorts {
  readonly access: Access;
  readonly findKey: FindKey;
  readonly logger: Logger;
  /** Seconds since the epoch. */
  readonly now?: () => number;
}

/** Makes the one decision about whose request it is (security.md 2, decisions.md 9). */
export function createIdentify({ access, findKey, logger, now = epochSeconds }: IdentifyPorts): Identify {
  return async (req) => {
    for (const name of Object.values(identityHeaders)) {
      if (headerValues(req, name).length > 1) throw new Refusal("repeated_identity");
    }
    switch (access.kind) {
      case "closed":
        throw new Refusal("no_access");
      case "anonymous":
        // Nobody vouches for this name; it only keeps callers apart who say who they are.
        return { sub: singleHeader(req, identityHeaders.userId) ?? "anonymous", clientId: "" };
      case "assertion": {
        const token = singleHeader(req, identityHeaders.assertion) ?? "";
        const { issuer, audiences } = access;
        const assertion = await verifyAssertion(token, { issuer, audiences, findKey, now: now() });
        if (assertion !== undefined) return { sub: assertion.sub, clientId: assertion.client_id };
        // No challenge: a client's token is auth's business. Getting here means the edge let something past auth.
        logger.error("deployment error: request without a valid identity", { hasAssertion: token !== "" });
        throw new Refusal("no_identity");
      }
    }
  };
}

function singleHeader(req: IncomingMessage, name: string): string | undefined {
  return headerValues(req, name)[0];
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
