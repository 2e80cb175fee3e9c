import type { PublicSite, Routing } from "../identifiers.ts";

/** The public name as compose's variables: the rendered file is the same on every machine. */
export function siteInVariables(routing: Routing): PublicSite {
  return { baseDomain: "${BASE_DOMAIN}", routing, portSuffix: "${GATEWAY_PUBLIC_PORT:-}" };
}

/** auth as Traefik and the servers reach it. A server's network has no way to auth itself: Traefik lets two questions through. */
export const authUrl = "http://auth:8000";
export const jwksUrl = "http://gateway:8081/jwks";
export const revocationsUrl = "http://gateway:8081/revocations";

/**
 * Where Traefik asks itself, on an entry point that nobody else reaches: what forwards authentication knows of no middleware, and so
 * of no second attempt (docs/decisions/0150).
 */
export const selfUrl = "http://127.0.0.1:8082";

/** What answers in auth's place while that is away: Traefik itself can write no words, and this is there whenever it is. */
export const awayUrl = "http://docker-socket:2375";
