import { parseDocument, stringify } from "yaml";
import type { RoutingTable } from "../route.ts";
import { traefikMiddlewares, traefikRouters, traefikServices } from "./dynamic.ts";

/** Traefik's configuration as the text of two files. */
export interface TraefikFiles {
  readonly staticConfig: string;
  readonly dynamicConfig: string;
}

/**
 * Prints a routing table for Traefik's file provider.
 * @param base the text of traefik/static.yml
 * @param address where Traefik listens (`127.0.0.1:8080`)
 * @param dynamicFile the path at which `dynamicConfig` will lie
 */
export function renderTraefik(
  table: RoutingTable,
  { base, address, dynamicFile }: { base: string; address: string; dynamicFile: string },
): TraefikFiles {
  return { staticConfig: renderStatic(base, address, dynamicFile), dynamicConfig: renderDynamic(table) };
}

const rendered = "# Rendered from gateway.json; a change made here is lost.\n";

function renderStatic(base: string, address: string, dynamicFile: string): string {
  const document = parseDocument(base);
  document.setIn(["entryPoints", "web", "address"], address);
  document.setIn(["providers", "file", "filename"], dynamicFile);
  return rendered + document.toString({ lineWidth: 0 });
}

function renderDynamic(table: RoutingTable): string {
  const http = {
    routers: traefikRouters(table),
    middlewares: traefikMiddlewares(table),
    services: traefikServices(table),
  };
  // Double quotes, because only there a brace can be written in another way.
  const text = stringify({ http }, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
  return rendered + withoutTemplates(text);
}

/** Traefik runs its files through Go templates before it reads the YAML: two braces of a value must not be seen there. */
export function withoutTemplates(text: string): string {
  return text.replaceAll("{{", "\\x7b\\x7b");
}
