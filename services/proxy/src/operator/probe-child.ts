import {
  errorCodes,
  type Message,
  type RequestId,
  renderEmptyResult,
  renderErrorResponse,
  wholeMessage,
} from "@gateway/protocol";
import { Calls, type Outcome } from "../child/calls.ts";
import { briefWaits, type Child, type StartChild } from "../child/child.ts";

/** A child with the proxy itself as its client. */
export interface ProbeChild {
  /** @param timeout milliseconds */
  request(method: string, params: object, timeout: number): Promise<Outcome>;
  notify(method: string): void;
  stderrTail(): string;
  /** When it has exited. */
  readonly gone: Promise<void>;
  end(): Promise<void>;
}

/** Texts, as the ids of the specification's examples of `server/discover` are. */
const idPrefix = "probe-";

/** @throws what `startChild` throws */
export async function startProbeChild(startChild: StartChild): Promise<ProbeChild> {
  const calls = new Calls<undefined>();
  const child: Child = await startChild({
    onMessage: (message) => take(wholeMessage(message), calls, (line) => child.send(line)),
  });
  void child.gone.then(() => {
    calls.close({ kind: "exited" });
    void child.end(briefWaits); // what is left of its group
  });
  return {
    request: (method, params, timeout) =>
      new Promise((resolve) => {
        const { id } = calls.open(undefined, timeout, resolve, () => {});
        child.send(JSON.stringify({ jsonrpc: "2.0", id: `${idPrefix}${id}`, method, params }));
      }),
    notify: (method) => void child.send(JSON.stringify({ jsonrpc: "2.0", method })),
    stderrTail: child.stderrTail,
    gone: child.gone,
    end: () => child.end(briefWaits),
  };
}

/** The probe offers nothing: what the server asks of it is refused. */
function take(message: Message, calls: Calls<undefined>, send: (line: string) => boolean): void {
  if (message.kind === "response") calls.answer({ ...message, id: numberOf(message.id) });
  if (message.kind !== "request") return;
  const { idText, method } = message;
  const refused = { code: errorCodes.methodNotFound, message: "Method not found" };
  send(method === "ping" ? renderEmptyResult(idText) : renderErrorResponse(idText, refused));
}

function numberOf(id: RequestId | null): number {
  return typeof id === "string" && id.startsWith(idPrefix) ? Number(id.slice(idPrefix.length)) : Number.NaN;
}
