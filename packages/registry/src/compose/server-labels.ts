import type { HttpServer, ServerDefinition } from "@gateway/config";
import type { PublicSite } from "../identifiers.ts";
import { serverSection } from "../traefik/server-section.ts";
import { renderLabels } from "./labels.ts";
import { balancing } from "./replicas.ts";

/**
 * The routers of a server's container; nothing else leads to it. They stay while it does not run, and lead to its name and not to
 * an address of it, so that Traefik has nothing to learn when it starts anew (docs/decisions/0110). Those of several replicas differ
 * in that name alone, which makes Traefik one balanced service of them.
 * @param container its name where there are several
 */
export function serverLabels(
  declared: ServerDefinition,
  endpoint: URL,
  site: PublicSite,
  container: string = declared.name,
): Record<string, string> {
  const server = declared.kind === "http" ? { ...declared, headers: headersInVariables(declared) } : declared;
  const url = `http://${container}:${endpoint.port || 80}`;
  const balanced = server.kind === "stdio" ? balancing(server) : {};
  const services = { [server.name]: { loadBalancer: { server: { url }, ...balanced } } };
  return renderLabels({
    enable: true,
    docker: { allowNonRunning: true },
    http: { ...serverSection(server, site, endpoint, "@docker"), services },
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
