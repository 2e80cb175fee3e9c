import { isTaskRequest, progressTokenOf, type Request, type RequestId } from "@gateway/protocol";
import { methodLabel } from "../metrics/method-label.ts";
import { type SetupChange, setupChangeOf } from "./client-setup.ts";

/** What is kept of a client's request until it is answered: not its text, which may be 16 MiB long (security.md 21). */
export interface Asked {
  readonly id: RequestId;
  readonly idText: string;
  /** As the client made it; undefined when it wants no progress. */
  readonly progressToken: RequestId | undefined;
  /** Its token outlives the answer. */
  readonly startsTask: boolean;
  /** Its answer is the list of tools. */
  readonly listsTools: boolean;
  /** What it sets up, if it is granted. */
  readonly setup: SetupChange | undefined;
  /** As metrics name it. */
  readonly method: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

/** What is kept of a request that begins now. */
export function askedBy(request: Request): Asked {
  const { id, idText } = request;
  return {
    id,
    idText,
    progressToken: progressTokenOf(request),
    startsTask: isTaskRequest(request),
    setup: setupChangeOf(request),
    listsTools: request.method === "tools/list",
    method: methodLabel(request.method),
    startedAt: performance.now(),
  };
}
