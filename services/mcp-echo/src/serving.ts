import { AsyncLocalStorage } from "node:async_hooks";
import type { Endpoint } from "@gateway/native-server";

const beginnings = new AsyncLocalStorage<number>();

interface ClosableEndpoint extends Endpoint {
  close(): Promise<void>;
}

/** The same endpoint, whose tools can ask when the request that calls them began to be served. */
export function whileServing(clock: () => number, endpoint: ClosableEndpoint): ClosableEndpoint {
  return {
    fetch: (request, options) => beginnings.run(clock(), () => endpoint.fetch(request, options)),
    close: () => endpoint.close(),
  };
}

/** When the request that is being served began; undefined outside of one. */
export function beganServing(): number | undefined {
  return beginnings.getStore();
}
