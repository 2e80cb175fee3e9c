import { renderRefusal } from "../http/answers.ts";
import type { Wire } from "../http/refusal.ts";
import { Refusal, type RefusalName, refusals } from "../http/refusal.ts";
import type { Outcome } from "./calls.ts";

type Failed = Exclude<Outcome, { readonly kind: "answered" }>;

/** How a call that got no answer is told (decisions.md 11). */
const failures: Readonly<Record<Failed["kind"], { readonly refusal: RefusalName; readonly reason: string }>> = {
  exited: { refusal: "server_exited", reason: "server_exited" },
  timeout: { refusal: "server_timeout", reason: "timeout" },
  unsent: { refusal: "server_gone", reason: "not_delivered" },
  ended: { refusal: "session_not_found", reason: "session_ended" },
  revoked: { refusal: "access_revoked", reason: "access_revoked" },
};

/** How a child that did not answer `initialize` is told. */
const startFailures: Readonly<Record<Failed["kind"], { readonly refusal: RefusalName; readonly reason?: string }>> = {
  ...failures,
  ended: { refusal: "shutting_down" },
  revoked: { refusal: "access_revoked" },
};

interface Failure {
  readonly refusal: RefusalName;
  readonly text: string;
  readonly status: number;
}

/** The JSON-RPC error of a call that got no answer, and the status for it where no header is out yet. Pure. */
export function failureOf(failed: Failed, idText: string, wire: Wire = "legacy"): Failure {
  const limit = limitOf(failed);
  if (limit !== undefined) {
    const data = { reason: "limit_exceeded", limit };
    const text = renderRefusal("server_limit", { idText, data }, wire);
    return { refusal: "server_limit", text, status: refusals.server_limit[0] };
  }
  const { refusal, reason } = failures[failed.kind];
  return { refusal, text: renderRefusal(refusal, { idText, data: { reason } }, wire), status: refusals[refusal][0] };
}

/** The refusal of a session whose child did not answer `initialize`. Pure. */
export function startRefusal(failed: Failed, idText: string): Refusal {
  const limit = limitOf(failed);
  if (limit !== undefined) return new Refusal("server_limit", { idText, data: { reason: "limit_exceeded", limit } });
  const { refusal, reason } = startFailures[failed.kind];
  return new Refusal(refusal, { idText, data: { reason } });
}

/** The limit for which the child was ended in the call; undefined: for none. Pure. */
function limitOf(outcome: Outcome): string | undefined {
  return outcome.kind === "exited" ? outcome.limit : undefined;
}
