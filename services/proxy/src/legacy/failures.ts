import type { Outcome } from "../child/calls.ts";
import { renderRefusal } from "../http/answers.ts";
import { type RefusalName, refusals } from "../http/refusal.ts";

type Failed = Exclude<Outcome, { readonly kind: "answered" }>;

/** How a call that got no answer is told (decisions.md 11). */
const failures: Readonly<Record<Failed["kind"], { readonly refusal: RefusalName; readonly reason: string }>> = {
  exited: { refusal: "server_exited", reason: "server_exited" },
  timeout: { refusal: "server_timeout", reason: "timeout" },
  ended: { refusal: "session_not_found", reason: "session_ended" },
  revoked: { refusal: "access_revoked", reason: "access_revoked" },
};

/** The JSON-RPC error of a call that got no answer, and the status for it where no header is out yet. Pure. */
export function failureOf(failed: Failed, idText: string): { readonly text: string; readonly status: number } {
  const limit = limitOf(failed);
  if (limit !== undefined) {
    const data = { reason: "limit_exceeded", limit };
    return { text: renderRefusal("server_limit", { idText, data }), status: refusals.server_limit[0] };
  }
  const { refusal, reason } = failures[failed.kind];
  return { text: renderRefusal(refusal, { idText, data: { reason } }), status: refusals[refusal][0] };
}

/** The limit for which the child was ended in the call; undefined: for none. Pure. */
export function limitOf(outcome: Outcome): string | undefined {
  return outcome.kind === "exited" ? outcome.limit : undefined;
}
