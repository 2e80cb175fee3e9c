import type { Identity } from "../identity/identify.ts";
import { keepNewest } from "../keep-newest.ts";

/** Clients whose roots are kept. */
const mostClients = 1_000;
/** Characters of one client's; more are not kept. */
const longest = 65_536;

type Client = Pick<Identity, "sub" | "clientId">;

/**
 * The roots that each client gave last. A legacy server asks for them when it likes, and gets these where no call of the
 * client can be asked (mcp-wire.md §4.2).
 */
export class LastRoots {
  readonly #byClient = new Map<string, string>();

  /** @param result the client's answer to `roots/list`, as it stood */
  keep(client: Client, result: string): void {
    const key = keyOf(client);
    if (result.length > longest) this.#byClient.delete(key);
    else keepNewest(this.#byClient, key, result, mostClients);
  }

  /** Undefined: it gave none. */
  of(client: Client): string | undefined {
    return this.#byClient.get(keyOf(client));
  }
}

function keyOf({ sub, clientId }: Client): string {
  return JSON.stringify([sub, clientId]);
}
