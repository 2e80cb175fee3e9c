import type { Request } from "@gateway/protocol";
import type { McpSessionSetup } from "@gateway/store";

/** A request that changes what a server does for its client from then on, once it is granted. */
export type SetupChange =
  | { readonly kind: "level"; readonly level: string }
  | { readonly kind: "subscribe" | "unsubscribe"; readonly uri: string };

/** Subscriptions of one session that are made again, and the characters of their URIs; what is beyond is not. */
const mostSubscriptions = 100;
const mostText = 65_536;

/** What a request asks to be set up; undefined: nothing that lasts. Pure. */
export function setupChangeOf({ method, params }: Pick<Request, "method" | "params">): SetupChange | undefined {
  const { level, uri } = params;
  switch (method) {
    case "logging/setLevel":
      return typeof level === "string" ? { kind: "level", level } : undefined;
    case "resources/subscribe":
      return typeof uri === "string" ? { kind: "subscribe", uri } : undefined;
    case "resources/unsubscribe":
      return typeof uri === "string" ? { kind: "unsubscribe", uri } : undefined;
    default:
      return undefined;
  }
}

/** What a client has set up in its server and another child has to be told again. */
export class ClientSetup {
  #level: string | undefined;
  readonly #subscriptions = new Set<string>();
  #text = 0;

  /** What is to be kept; undefined: nothing. */
  get kept(): McpSessionSetup | undefined {
    if (this.#level === undefined && this.#subscriptions.size === 0) return undefined;
    return { level: this.#level, subscriptions: [...this.#subscriptions] };
  }

  /** Notes what the server granted; false when nothing is different now. */
  note(change: SetupChange): boolean {
    if (change.kind === "level") return this.#setLevel(change.level);
    return change.kind === "subscribe" ? this.#add(change.uri) : this.#remove(change.uri);
  }

  /** Takes over what was kept; gives the requests that set it up, without ids. */
  restore({ level, subscriptions }: McpSessionSetup): readonly Pick<Request, "method" | "params">[] {
    if (level !== undefined) this.#setLevel(level);
    for (const uri of subscriptions) this.#add(uri);
    return [
      ...(level === undefined ? [] : [{ method: "logging/setLevel", params: { level } }]),
      ...[...this.#subscriptions].map((uri) => ({ method: "resources/subscribe", params: { uri } })),
    ];
  }

  #setLevel(level: string): boolean {
    if (level === this.#level || level.length > mostText) return false;
    this.#level = level;
    return true;
  }

  #add(uri: string): boolean {
    const isFull = this.#subscriptions.size >= mostSubscriptions || this.#text + uri.length > mostText;
    if (isFull || this.#subscriptions.has(uri)) return false;
    this.#subscriptions.add(uri);
    this.#text += uri.length;
    return true;
  }

  #remove(uri: string): boolean {
    if (!this.#subscriptions.delete(uri)) return false;
    this.#text -= uri.length;
    return true;
  }
}
