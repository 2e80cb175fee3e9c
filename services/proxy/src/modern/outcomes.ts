import {
  errorCodes,
  type ModernRefusal,
  mostResources,
  parseSubscriptionFilter,
  type Request,
  renderModernError,
  type SubscriptionFilter,
} from "@gateway/protocol";
import type { Outcome } from "../child/calls.ts";
import { failureOf } from "../child/failures.ts";
import { renderRefusal } from "../http/answers.ts";
import { type RefusalName, refusals } from "../http/refusal.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Asked } from "./asked.ts";
import type { Exchange, Gone } from "./exchange.ts";

/** Answers a request that the proxy itself does not serve. */
export function refuse(
  metrics: Metrics,
  { idText }: Pick<Asked, "idText">,
  exchange: Exchange,
  name: RefusalName,
): void {
  metrics.error(name);
  exchange.answer(renderRefusal(name, { idText }, "modern"), refusals[name][0]);
}

/** Answers what the ladder of checks says. */
export function answerRefused(idText: string, exchange: Exchange, { status, error }: ModernRefusal): void {
  exchange.answer(renderModernError(idText, error), status);
}

/** What a subscription asks to be told of; undefined when it does not say, or asks for too much, and was answered so. */
export function filterOf(request: Request, { idText }: Asked, exchange: Exchange): SubscriptionFilter | undefined {
  const filter = parseSubscriptionFilter(request.params);
  if (filter === undefined) {
    const message = `params.notifications must say what to tell of, and name at most ${mostResources} resources in 64 KiB`;
    exchange.answer(renderModernError(idText, { code: errorCodes.invalidParams, message }));
  }
  return filter;
}

/** Answers a call that its child did not (mcp-wire.md §4.5). */
export function answerFailure(
  metrics: Metrics,
  asked: Asked,
  exchange: Exchange,
  outcome: Exclude<Outcome, { kind: "answered" }>,
): void {
  // This wire has no sessions: what ended is the child.
  const failed = outcome.kind === "ended" ? ({ kind: "exited" } as const) : outcome;
  const { refusal, text, status } = failureOf(failed, asked.idText, "modern");
  metrics.error(refusal);
  exchange.answer(text, status);
}

/** Counts a request that is over. */
export function countOutcome(metrics: Metrics, { label: method, startedAt }: Asked, outcome: Outcome): void {
  metrics.request({ method, startedAt }, outcome);
}

/** Counts a request that nobody waits for any more. */
export function countGone(metrics: Metrics, { label: method, startedAt }: Asked, why: Gone): void {
  metrics.request({ method, startedAt }, why === "revoked" ? { kind: "revoked" } : "cancelled");
}
