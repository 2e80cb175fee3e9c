import { Histogram } from "@gateway/telemetry";
import type { Outcome } from "../child/calls.ts";
import type { RefusalName } from "../http/refusal.ts";
import type { EndReason } from "../legacy/session.ts";

/** Why a session ended, as it is counted. `limit`: its child went beyond one. */
export type CountedEnd = EndReason | "limit";

/** How a request ended, as it is counted. */
export type CountedOutcome = Exclude<Outcome["kind"], "answered"> | "result" | "error" | "limit" | "cancelled";

/** A request that is over. */
interface CountedRequest {
  /** One of `methodLabel`. */
  readonly method: string;
  /** When it was taken up, by `performance.now()`. */
  readonly startedAt: number;
}

/** Seconds: from what a pipe costs to the longest call. */
const requestBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Seconds: from a command line's one call to a week. */
const lifetimeBounds = [1, 10, 60, 300, 900, 3_600, 14_400, 86_400, 604_800];

/**
 * What this proxy counts. Labels come from closed lists: nothing of a user, a session, a tool or an argument gets in,
 * so that whoever reads them learns nothing to use (decisions.md 6).
 */
export class Metrics {
  readonly sessionLifetime = new Histogram(lifetimeBounds);
  readonly sessionsEnded = new Map<CountedEnd, number>();
  readonly errors = new Map<RefusalName, number>();
  /** By method, then by outcome; seconds. */
  readonly requests = new Map<string, Map<CountedOutcome, Histogram>>();
  /** Of children, that were no JSON-RPC. */
  skippedLines = 0;
  sessionsCreated = 0;
  sessionsRevived = 0;

  /** @param seconds how long it lived */
  sessionEnded(reason: CountedEnd, seconds: number): void {
    countOne(this.sessionsEnded, reason);
    this.sessionLifetime.observe(seconds);
  }

  /** An error that the proxy itself answered. */
  error(type: RefusalName): void {
    countOne(this.errors, type);
  }

  /** A request that was handed to a child, at its end. */
  request({ method, startedAt }: CountedRequest, outcome: Outcome | "cancelled"): void {
    this.#histogramOf(method, outcomeLabel(outcome)).observe((performance.now() - startedAt) / 1_000);
  }

  #histogramOf(method: string, outcome: CountedOutcome): Histogram {
    const ofMethod = this.requests.get(method) ?? new Map<CountedOutcome, Histogram>();
    const histogram = ofMethod.get(outcome) ?? new Histogram(requestBounds);
    this.requests.set(method, ofMethod.set(outcome, histogram));
    return histogram;
  }
}

function outcomeLabel(outcome: Outcome | "cancelled"): CountedOutcome {
  if (outcome === "cancelled") return "cancelled";
  if (outcome.kind === "answered") return outcome.response.result === undefined ? "error" : "result";
  return outcome.kind === "exited" && outcome.limit !== undefined ? "limit" : outcome.kind;
}

function countOne<Label>(counts: Map<Label, number>, label: Label): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}
