import type { Route, RoutingTable } from "@gateway/registry";
import type { RequestLine } from "./request-line.ts";

/** Finds the route of a request: of those that match, the one of highest priority. */
export type Router = (request: Pick<RequestLine, "method" | "host" | "path">) => Route | undefined;

/** Makes a table's router. Paths are compared as they were sent: an encoded letter matches nothing. */
export function routerOf({ routes }: RoutingTable): Router {
  const byPriority = routes.toSorted((a, b) => b.priority - a.priority);
  return ({ method, host, path }) =>
    byPriority.find(
      (route) =>
        route.host === host &&
        (route.method === undefined || route.method === method) &&
        route.paths.some((rule) => rule.path === path || (rule.prefix && path.startsWith(`${rule.path}/`))),
    );
}

/**
 * The page that lists the servers, for answers that send a lost person there: the `/` of a host that has one.
 * @param port the public one
 */
export function indexUrlOf({ routes }: RoutingTable, port: number): string | undefined {
  const index = routes.find(({ paths }) => paths.some(({ path }) => path === "/"));
  return index && `http://${index.host}${port === 80 ? "" : `:${port}`}/`;
}
