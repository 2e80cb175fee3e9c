import type { Route } from "../route.ts";

/**
 * A route as a rule of Traefik's: its hosts (any, when absent), its paths and its method. A prefix is the path and what lies below
 * `<path>/`, which PathPrefix alone does not say: it would match `/mcpx` too.
 * @throws when a value could end its quotes; names and paths that gateway.json may hold cannot
 */
export function renderRule({
  hosts = [],
  paths,
  method,
}: { readonly hosts?: readonly string[] } & Pick<Route, "paths" | "method">): string {
  const pathRules = paths.flatMap(({ path, prefix }) => [
    `Path(${quote(path)})`,
    ...(prefix ? [`PathPrefix(${quote(`${path}/`)})`] : []),
  ]);
  const hostRules = hosts.map((host) => `Host(${quote(host)})`);
  const parts = [
    ...(hostRules.length > 1 ? [`(${hostRules.join(" || ")})`] : hostRules),
    ...(method === undefined ? [] : [`Method(${quote(method)})`]),
  ];
  return [...parts, `(${pathRules.join(" || ")})`].join(" && ");
}

function quote(value: string): string {
  if (/[`\p{Cc}]/u.test(value)) throw new Error(`cannot stand in a routing rule: ${JSON.stringify(value)}`);
  return `\`${value}\``;
}
