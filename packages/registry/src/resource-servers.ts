import { signInWays } from "@gateway/config/auth";
import { z } from "zod";

/**
 * The MCP servers as auth sees them: who may use what, under which identifiers. Rendered from gateway.json, so that
 * auth never holds a server's command, environment or headers.
 */
export const ResourceServers = z.strictObject({
  /** Ways to sign in that are offered; absent: all that auth's environment configures. */
  login: z.array(z.enum(signInWays)).min(1).optional(),
  strictResource: z.boolean(),
  /** Whether a request for a scope that no server has is refused; absent: the scope is ignored. */
  strictScope: z.boolean().optional(),
  /** What the replay of a used refresh token ends: its whole grant (where absent too), or nothing. */
  refreshReuse: z.enum(["revoke", "reject"]).optional(),
  /** How clients may register themselves (RFC 7591), or false for not at all; absent: everybody may. */
  registration: z
    .union([
      z.literal(false),
      z.strictObject({
        /** SHA-256 of the tokens of which one has to be shown, base64url; absent: none has to be. */
        initialAccessTokenDigests: z.array(z.string()).min(1).optional(),
        /** Who vouches for software, each with a JWK set. */
        softwareStatements: z.array(z.strictObject({ issuer: z.string(), jwks: z.unknown() })).optional(),
        /** Whether a change of a registration changes its access token and secret; absent: not. */
        rotate: z.boolean().optional(),
      }),
    ])
    .optional(),
  /** Schemes of applications' redirect URIs that are accepted beside those of well-known clients. */
  redirectSchemes: z.array(z.string()).optional(),
  /**
   * Client ID metadata documents: false for none, or whose; absent: all. Hosts, `*.name` for all names below one, `*` for
   * all. `logos: false`: their logos are not fetched.
   */
  cimd: z
    .union([
      z.literal(false),
      z.strictObject({
        allow: z.array(z.string()).optional(),
        warn: z.array(z.string()).optional(),
        deny: z.array(z.string()).optional(),
        logos: z.boolean().optional(),
        loopback: z.boolean().optional(),
      }),
    ])
    .optional(),
  /** Clients that the operator declared. */
  clients: z
    .array(
      z.strictObject({
        clientId: z.string(),
        clientName: z.string().optional(),
        redirectUris: z.array(z.string()),
        /** SHA-256 of the secret, base64url. */
        secretDigest: z.string().optional(),
        /** A JWK set. */
        jwks: z.unknown().optional(),
        introspect: z.boolean(),
      }),
    )
    .optional(),
  servers: z.array(
    z.strictObject({
      name: z.string(),
      /** Shown to people and as `resource_name`. */
      title: z.string(),
      /** Endpoint URLs of this one server (RFC 8707), the canonical one first; a token for any of them is good here. */
      identifiers: z.tuple([z.url()], z.url()),
      /** Logins (any case), numeric ids, or `*`. Empty allows nobody. Absent: whoever may sign in. */
      allowUsers: z.array(z.string()).optional(),
      /** GitHub organizations, and teams as `organization/team-slug`, whose members are allowed beside them. */
      allowOrgs: z.array(z.string()).optional(),
      allowTeams: z.array(z.string()).optional(),
      /** Whether a proxy stands before it, which can hold a token to some of its tools; absent: none. */
      limitsTools: z.boolean().optional(),
      /** Its own scopes beside `mcp`, in order: what each is called in words, and which others it brings along. */
      scopes: z
        .array(z.strictObject({ name: z.string(), title: z.string(), implies: z.array(z.string()).optional() }))
        .optional(),
      /** false: it does not get the user's token; absent: it does. */
      forwardToken: z.literal(false).optional(),
    }),
  ),
});
export type ResourceServers = z.infer<typeof ResourceServers>;
export type DeclaredClient = NonNullable<ResourceServers["clients"]>[number];
export type ResourceServer = ResourceServers["servers"][number];
