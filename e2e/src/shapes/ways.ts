import type { Discovered } from "./client-shape.ts";

/** The way of the specification: the challenge, the document that it names, the issuer's metadata. */
export const byChallenge = {
  resourceDocuments: ["challenge"],
  serverDocuments: ["/.well-known/oauth-authorization-server"],
} as const;

/** Clients that do not read the challenge, and insert the path first. */
export const byPath = {
  resourceDocuments: ["/.well-known/oauth-protected-resource{path}", "/.well-known/oauth-protected-resource"],
  serverDocuments: ["/.well-known/oauth-authorization-server"],
} as const;

export const withRefresh = { grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] } as const;

/** A public client: PKCE and no secret. */
export const asPublic = { token_endpoint_auth_method: "none" } as const;

export const theServer = ({ mcpUrl }: Discovered): readonly string[] => [mcpUrl.href];
export const none = (): readonly string[] => [];

export const challenged = (discovered: Discovered) => discovered.challenged;
export const withOfflineAccess = (discovered: Discovered) => `${discovered.challenged} offline_access`;
export const allSupported = (discovered: Discovered) => discovered.supported;
