import { parseDocument, stringify } from "yaml";
import type { RoutingTable } from "../route.ts";
import { type Section, traefikMiddlewares, traefikRouters, traefikServices } from "./dynamic.ts";
import { authTransports } from "./towards-auth.ts";

/** Traefik's configuration as the text of two files. */
export interface TraefikFiles {
  readonly staticConfig: string;
  readonly dynamicConfig: string;
}

/** What is chosen for one start of Traefik. */
export interface TraefikPlace {
  /** The text of traefik/static.yml. */
  readonly base: string;
  /** Where it listens (`127.0.0.1:8080`). */
  readonly address: string;
  /** Where it listens for itself alone, on loopback too. */
  readonly selfAddress: string;
  /** The path at which `dynamicConfig` will lie. */
  readonly dynamicFile: string;
  /** The URL of what answers in auth's place while that is away. */
  readonly awayUrl: string;
}

/** Prints a routing table for Traefik's file provider. */
export function renderTraefik(table: RoutingTable, place: TraefikPlace): TraefikFiles {
  return { staticConfig: renderStatic(place), dynamicConfig: renderDynamic(table, place) };
}

const rendered = "# Rendered from gateway.json; a change made here is lost.\n";

function renderStatic({ base, address, selfAddress, dynamicFile }: TraefikPlace): string {
  const document = parseDocument(base);
  document.setIn(["entryPoints", "web", "address"], address);
  document.setIn(["entryPoints", "self", "address"], selfAddress);
  document.setIn(["providers", "file", "filename"], dynamicFile);
  return rendered + document.toString({ lineWidth: 0 });
}

function renderDynamic(table: RoutingTable, { selfAddress, awayUrl: words }: TraefikPlace): string {
  const self = `http://${selfAddress}`;
  return renderFile({
    routers: traefikRouters(table),
    middlewares: traefikMiddlewares(table, self),
    services: traefikServices(table, { self, words }),
    serversTransports: authTransports(),
  });
}

/** The file that tells a Traefik whose routes are labels how long it waits for auth, since no label can. */
export function renderAuthTransports(): string {
  return renderFile({ serversTransports: authTransports() });
}

/** A certificate and its key, by their paths where Traefik runs. */
interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * The file that tells Traefik how it speaks TLS, since no label can: never below 1.2 (RFC 9325 3.1.1), whatever the default of the Traefik that runs.
 * @param certificate what every name is answered with; undefined: Traefik obtains one for each
 */
export function renderTls(certificate?: CertificateFiles): string {
  const stores = certificate && { stores: { default: { defaultCertificate: certificate } } };
  return renderSections({ tls: { options: { default: { minVersion: "VersionTLS12" } }, ...stores } });
}

/** A file for Traefik's file provider. @param http its part of that name */
export function renderFile(http: Section): string {
  if (Object.keys(http).length === 0) return rendered; // an empty section would have the file refused
  return renderSections({ http });
}

function renderSections(sections: Section): string {
  // Double quotes, because only there a brace can be written in another way.
  const text = stringify(sections, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
  return rendered + withoutTemplates(text);
}

/** Traefik runs its files through Go templates before it reads the YAML: two braces of a value must not be seen there. */
function withoutTemplates(text: string): string {
  return text.replaceAll("{{", "\\x7b\\x7b");
}
