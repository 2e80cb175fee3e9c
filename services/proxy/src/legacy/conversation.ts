import type { IsToolAllowed, RequestId } from "@gateway/protocol";
import type { Logger } from "@gateway/telemetry";
import type { Calls } from "../child/calls.ts";
import type { Child } from "../child/child.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Asked } from "./asked.ts";
import type { Callbacks } from "./callbacks.ts";
import type { SetupChange } from "./client-setup.ts";
import type { Exchange } from "./exchange.ts";
import type { Streams } from "./streams.ts";

/** What a session's call belongs to. */
export interface CallDetail {
  readonly asked: Asked;
  /** The response that waits for it; none while the session is being made. */
  readonly exchange: Exchange | undefined;
}

/** What both directions of one session share. */
export interface Conversation {
  /** Writes one message to the child, as Child.send does; false when it cannot take it. */
  readonly send: Child["send"];
  readonly calls: Calls<CallDetail>;
  readonly callbacks: Callbacks;
  readonly streams: Streams;
  /** The client's progress tokens of tasks, by ours: a task goes on after its request was answered. */
  readonly taskTokens: Map<number, RequestId>;
  /** Which tools exist for clients; undefined: all. */
  readonly isToolAllowed: IsToolAllowed | undefined;
  /** Milliseconds. */
  readonly requestTimeout: number;
  /** Unanswered requests at a time. */
  readonly mostCalls: number;
  /** Called for what the client asked to be set up and the server granted. */
  readonly onSetup: (change: SetupChange) => void;
  readonly metrics: Metrics;
  readonly logger: Logger;
}
