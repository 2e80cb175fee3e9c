import {
  honouredFilter,
  isSubscribed,
  modernCapabilities,
  type Notification,
  type Params,
  renderSubscribed,
  renderSubscriptionEnd,
  renderWithSubscriptionId,
  type SubscriptionFilter,
} from "@gateway/protocol";
import type { Exchange } from "../exchange.ts";
import type { ServingChild } from "../serving-child.ts";

interface Listener {
  readonly idText: string;
  readonly exchange: Exchange;
  readonly filter: SubscriptionFilter;
}

/** The subscriptions of one user to legacy children: what any of them tells of goes to all that asked for it. */
export class UserListeners {
  readonly #open = new Set<Listener>();

  add(listener: Listener): void {
    this.#open.add(listener);
    listener.exchange.onClosed(() => this.#open.delete(listener));
  }

  tell(notification: Notification): void {
    for (const { idText, exchange, filter } of this.#open) {
      if (!isSubscribed(filter, notification.method, notification.params)) continue;
      exchange.relay(renderWithSubscriptionId(notification, idText));
    }
  }
}

/** A resource that a child was asked to watch. */
interface Watched {
  listeners: number;
  /** Whether the child agreed. */
  readonly isAgreed: Promise<boolean>;
}

/** The subscriptions that one legacy child serves, and the resources it was asked to watch for them. */
export class ChildListens {
  readonly #ask: ServingChild["ask"];
  readonly #ofUser: UserListeners;
  readonly #open = new Map<Exchange, string>();
  readonly #watched = new Map<string, Watched>();

  constructor(ask: ServingChild["ask"], ofUser: UserListeners) {
    this.#ask = ask;
    this.#ofUser = ofUser;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Opens one: the acknowledgement names what of the filter is honoured, then what is told follows (mcp-wire.md §2.6). */
  async open(filter: SubscriptionFilter, initialized: Params, idText: string, exchange: Exchange): Promise<void> {
    this.#open.set(exchange, idText);
    exchange.openStream();
    const honoured = honouredFilter(filter, modernCapabilities(initialized));
    const uris = await this.#watch(honoured.resourceSubscriptions ?? []);
    exchange.onClosed(() => this.#close(exchange, uris));
    const notifications =
      honoured.resourceSubscriptions === undefined ? honoured : { ...honoured, resourceSubscriptions: uris };
    const acknowledged = JSON.stringify({ notifications });
    exchange.relay(renderSubscribed("notifications/subscriptions/acknowledged", acknowledged, idText));
    this.#ofUser.add({ idText, exchange, filter: notifications });
  }

  /** Ends all in good order: their clients may open others. */
  end(): void {
    for (const [exchange, idText] of this.#open) exchange.answer(renderSubscriptionEnd(idText));
  }

  /** Those that the child agreed to watch; it is asked once for each. */
  async #watch(uris: readonly string[]): Promise<readonly string[]> {
    const watched = uris.map(async (uri) => {
      const resource = this.#watched.get(uri) ?? { listeners: 0, isAgreed: this.#subscribe(uri) };
      this.#watched.set(uri, resource);
      resource.listeners += 1;
      if (await resource.isAgreed) return [uri];
      if (this.#watched.get(uri) === resource) this.#watched.delete(uri);
      return [];
    });
    return (await Promise.all(watched)).flat();
  }

  async #subscribe(uri: string): Promise<boolean> {
    const outcome = await this.#ask("resources/subscribe", { uri });
    return outcome.kind === "answered" && outcome.response.result !== undefined;
  }

  #close(exchange: Exchange, uris: readonly string[]): void {
    this.#open.delete(exchange);
    for (const uri of uris) {
      const resource = this.#watched.get(uri);
      if (resource === undefined) continue;
      resource.listeners -= 1;
      if (resource.listeners > 0) continue;
      this.#watched.delete(uri);
      void this.#ask("resources/unsubscribe", { uri });
    }
  }
}
