import { randomInt } from "node:crypto";
import {
  errorCodes,
  type Request,
  type RequestId,
  type Response,
  renderErrorResponse,
  renderWithId,
} from "@gateway/protocol";

/** What is kept of a child's request: not its text, which may be 16 MiB long (security.md 21). */
type Open = Pick<Request, "kind" | "id" | "idText">;

interface Callback {
  readonly request: Open;
  /** The call that waits for the answer, where that is known. */
  readonly call: number | undefined;
  readonly timer: NodeJS.Timeout;
}

const mostOpen = 1_000;
/** Ids begin below it: what all clients can read as a number. */
const firstIds = 2 ** 30;

/** Requests of a child to its client (sampling, elicitation, roots), under ids of our own towards the client. */
export class Callbacks {
  // A session that is brought back has others: what its client says to a question of the process before answers none of this one.
  #lastId = randomInt(firstIds);
  readonly #open = new Map<number, Callback>();
  readonly #timeout: number;
  readonly #refuse: (line: string, request: Open) => void;
  readonly #onAnswered: (call: number) => void;

  /**
   * @param timeout milliseconds that the client may take to answer its server (mcp-wire.md §6)
   * @param refuse answers the child when the client does not
   * @param onAnswered called when a call waits for no answer any more
   */
  constructor(
    timeout: number,
    refuse: (line: string, request: Open) => void,
    onAnswered: (call: number) => void = () => {},
  ) {
    this.#timeout = timeout;
    this.#refuse = refuse;
    this.#onAnswered = onAnswered;
  }

  /**
   * The request as the client gets it; undefined when too many wait, and the child was told.
   * @param call the one that waits for the answer, where that is known
   */
  start(request: Request, call?: number): string | undefined {
    if (this.#open.size >= mostOpen) {
      this.#refuse(renderFailure(request, "Too many unanswered requests"), request);
      return undefined;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#open.set(id, this.#opened(id, { kind: request.kind, id: request.id, idText: request.idText }, call));
    return renderWithId(request, String(id));
  }

  #opened(id: number, request: Open, call: number | undefined): Callback {
    const timer = setTimeout(() => {
      this.#take(id);
      this.#refuse(renderFailure(request, "The client did not answer"), request);
    }, this.#timeout);
    return { request, call, timer };
  }

  /** Tells the child that its request reaches nobody, and why. */
  refuse(childId: RequestId, why: string): void {
    const callback = this.cancel(childId);
    if (callback === undefined) return;
    this.#refuse(renderFailure(callback.request, why), callback.request);
  }

  /** The client's answer as the child gets it; undefined when nothing was asked under that id. */
  answer(response: Response): string | undefined {
    const callback = this.#take(response.id as number);
    return callback === undefined ? undefined : renderWithId(response, callback.request.idText);
  }

  /** The child takes a request back: it, and the id the client knows it by. */
  cancel(childId: RequestId): { readonly request: Open; readonly idText: string } | undefined {
    for (const [id, { request }] of this.#open) {
      if (request.id !== childId) continue;
      this.#take(id);
      return { request, idText: String(id) };
    }
    return undefined;
  }

  end(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer);
    this.#open.clear();
  }

  #take(id: number): Callback | undefined {
    const callback = this.#open.get(id);
    clearTimeout(callback?.timer);
    this.#open.delete(id);
    const call = callback?.call;
    if (call !== undefined && ![...this.#open.values()].some((open) => open.call === call)) this.#onAnswered(call);
    return callback;
  }
}

function renderFailure({ idText }: Open, message: string): string {
  return renderErrorResponse(idText, { code: errorCodes.internalError, message });
}
