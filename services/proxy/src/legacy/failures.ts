import type { Outcome } from "../child/calls.ts";
import { renderRefusal } from "../http/answers.ts";
import { type RefusalName, refusals } from "../http/refusal.ts";

type Failure = Exclude<Outcome["kind"], "answered">;

/** How a call that got no answer is told (decisions.md 11). */
const failures: Readonly<Record<Failure, { readonly refusal: RefusalName; readonly reason: string }>> = {
  exited: { refusal: "server_exited", reason: "server_exited" },
  timeout: { refusal: "server_timeout", reason: "timeout" },
  ended: { refusal: "session_not_found", reason: "session_ended" },
};

/** The JSON-RPC error of a call that got no answer, and the status for it where no header is out yet. Pure. */
export function failureOf(kind: Failure, idText: string): { readonly text: string; readonly status: number } {
  const { refusal, reason } = failures[kind];
  return { text: renderRefusal(refusal, { idText, data: { reason } }), status: refusals[refusal][0] };
}
