import {
  allowedByBoth,
  compileToolRules,
  type Envelope,
  type IsToolAllowed,
  progressTokenOf,
  type Request,
  type RequestId,
  requestDigest,
  type StateBinding,
} from "@gateway/protocol";
import type { AccessToken, Identity } from "../identity/identify.ts";
import { methodLabel } from "../metrics/method-label.ts";

/** A request of the modern wire that passed the checks, and whose it is. */
export interface ModernRequest {
  readonly request: Request;
  readonly envelope: Envelope;
  readonly identity: Identity;
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/** What is kept of a request until it is answered: not its text, which may be 16 MiB long (security.md 21). */
export interface Asked {
  readonly idText: string;
  readonly method: string;
  /** As metrics name the method. */
  readonly label: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** As the client made it; undefined when it wants no progress. */
  readonly progressToken: RequestId | undefined;
  readonly envelope: Pick<Envelope, "capabilities" | "logLevel">;
  /** What a `requestState` for it is bound to. */
  readonly binding: () => StateBinding;
  readonly sub: string;
  /** The access token that it came with; undefined where nobody checks. */
  readonly token: AccessToken | undefined;
  /** Which tools exist for its client; undefined: all. */
  readonly isToolAllowed: IsToolAllowed | undefined;
  /** Its client sees fewer tools than others: nothing of it may be kept for them. */
  readonly isLimited: boolean;
  /** It brings what an earlier answer asked for: what it is answered holds for it alone. */
  readonly isRetry: boolean;
}

/** Characters of a request up to which its parameters are kept until it is known whether their digest is needed. */
const mostKept = 16_384;

type Whose = Pick<StateBinding, "server" | "sub" | "clientId">;

/** Few requests lead to a question, so the digest of what one asks is made when it leads to one. */
export function bindingOf(
  { method, params, text }: Pick<Request, "method" | "params" | "text">,
  whose: Whose,
): () => StateBinding {
  const asked = { method, params };
  return text.length <= mostKept ? () => makeBinding(asked, whose) : always(makeBinding(asked, whose));
}

function makeBinding(asked: Pick<Request, "method" | "params">, whose: Whose): StateBinding {
  return { ...whose, method: asked.method, digest: requestDigest(asked) };
}

/** A function of its own: one that is made where the parameters are known would keep them too. */
function always(binding: StateBinding): () => StateBinding {
  return () => binding;
}

/** @param rules the server's own, for everyone */
export function askedBy(
  { request, envelope, identity }: ModernRequest,
  server: string,
  rules: IsToolAllowed | undefined,
): Asked {
  const { idText, method } = request;
  const { sub, clientId, tools, token } = identity;
  const { capabilities, logLevel } = envelope;
  return {
    idText,
    method,
    label: methodLabel(method),
    startedAt: performance.now(),
    progressToken: progressTokenOf(request),
    envelope: { capabilities, logLevel },
    binding: bindingOf(request, { server, sub, clientId }),
    sub,
    token,
    isToolAllowed: allowedByBoth(rules, compileToolRules({ allow: tools })),
    isLimited: tools !== undefined,
    isRetry: request.params.inputResponses !== undefined || request.params.requestState !== undefined,
  };
}
