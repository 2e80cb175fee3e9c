import { isTaskRequest, progressTokenOf, type Request, type RequestId } from "@gateway/protocol";

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
}

export function askedBy(request: Request): Asked {
  const { id, idText } = request;
  const listsTools = request.method === "tools/list";
  return { id, idText, progressToken: progressTokenOf(request), startsTask: isTaskRequest(request), listsTools };
}
