import type { HttpServer, ServerDefinition } from "@gateway/config";
import { type PublicSite, publicAddressOf } from "../identifiers.ts";
import { priorities, towardsServer } from "../routing-table-of.ts";
import { nameOf, ownMiddlewares } from "../traefik/dynamic.ts";
import { renderRule } from "../traefik/rule.ts";
import { serverMiddlewares } from "../traefik/server-middlewares.ts";
import { renderLabels } from "./labels.ts";

/** The one router of a server's container; nothing else leads to it. */
export function serverLabels(declared: ServerDefinition, endpoint: URL, site: PublicSite): Record<string, string> {
  const { name } = declared;
  const server = declared.kind === "http" ? { ...declared, headers: headersInVariables(declared) } : declared;
  const { host, path } = publicAddressOf(name, site);
  const own = serverMiddlewares(name, site, towardsServer(server, endpoint));
  const middlewares = [...own.shared, ...own.middlewares.map((middleware) => nameOf(middleware, own))];
  return renderLabels({
    enable: true,
    http: {
      routers: {
        [name]: {
          rule: renderRule({ host, paths: [{ path, prefix: true }] }),
          priority: priorities.server,
          middlewares: middlewares.map((middleware) => `${middleware}@docker`),
          service: name,
        },
      },
      middlewares: ownMiddlewares(own),
      services: { [name]: { loadBalancer: { server: { port: endpoint.port } } } },
    },
  });
}

/** What a server's `headers` say, by the variables that stand for them in the labels: they may be credentials. */
export function headerVariables({ name, headers }: HttpServer): Record<string, string> {
  return Object.fromEntries(Object.values(headers).map((value, index) => [variableOf(name, index), value]));
}

function headersInVariables({ name, headers }: HttpServer): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((header, index) => [header, `\${${variableOf(name, index)}:-}`]));
}

function variableOf(name: string, index: number): string {
  return `GATEWAY_HEADER_${name.toUpperCase().replaceAll("-", "_")}_${index}`;
}
