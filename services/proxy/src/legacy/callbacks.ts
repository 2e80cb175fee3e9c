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
  readonly timer: NodeJS.Timeout;
}

/** How long a client may take to answer its server (mcp-wire.md §6). */
const callbackTimeout = 600_000;
const mostOpen = 1_000;

/** Requests of a child to its client (sampling, elicitation, roots), under ids of our own towards the client. */
export class Callbacks {
  #lastId = 0;
  readonly #open = new Map<number, Callback>();
  readonly #refuse: (line: string, request: Open) => void;

  /** @param refuse answers the child when the client does not */
  constructor(refuse: (line: string, request: Open) => void) {
    this.#refuse = refuse;
  }

  /** The request as the client gets it; undefined when too many wait, and the child was told. */
  start(request: Request): string | undefined {
    if (this.#open.size >= mostOpen) {
      this.#refuse(renderFailure(request, "Too many unanswered requests"), request);
      return undefined;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#open.set(id, this.#opened(id, { kind: request.kind, id: request.id, idText: request.idText }));
    return renderWithId(request, String(id));
  }

  #opened(id: number, request: Open): Callback {
    const timer = setTimeout(() => {
      this.#open.delete(id);
      this.#refuse(renderFailure(request, "The client did not answer"), request);
    }, callbackTimeout);
    return { request, timer };
  }

  /** Tells the child that its request cannot wait for a stream: too much waits for one already. */
  refuse(childId: RequestId): void {
    const callback = this.cancel(childId);
    if (callback === undefined) return;
    this.#refuse(renderFailure(callback.request, "Too much waits for the client to listen"), callback.request);
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
    return callback;
  }
}

function renderFailure({ idText }: Open, message: string): string {
  return renderErrorResponse(idText, { code: errorCodes.internalError, message });
}
