import {
  type AuthEnv,
  ConfigError,
  isLoopbackName,
  isOffered,
  offeredWayProblems,
  type SignInWay,
} from "@gateway/config/auth";

/** What auth's endpoints need to know, parsed and readonly. Durations are seconds. */
export interface AuthConfig {
  /** Public URL of the authorization server, no path, no trailing slash; compared byte for byte (RFC 8414 2). */
  readonly issuer: string;
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  /** GitHub as upstream login; absent when no GitHub app is configured, or it is not offered. */
  readonly github?: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly baseUrl: string;
    readonly apiUrl: string;
    /** Logins, numeric ids, or `*`. Empty allows nobody. */
    readonly allowedUsers: readonly string[];
    /** Asks again who is in an organization or team (decision 22); absent: nothing can. */
    readonly serviceToken?: string;
  };
  /** An OpenID provider as upstream login; absent when none is configured, or it is not offered. */
  readonly oidc?: {
    /** Normalised as URLs are. */
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** Space separated. */
    readonly scopes: string;
    /** What the sign-in page calls it. */
    readonly name: string;
    /** `sub`s, e-mail addresses, or `*`. Empty allows nobody. */
    readonly allowedUsers: readonly string[];
  };
  /** The local login page; present only while both the listener and the issuer are on loopback. */
  readonly localLogin?: { readonly users: readonly [string, ...string[]] };
  readonly accessTokenLifetime: number;
  /** Idle limit of a refresh token. */
  readonly refreshTokenLifetime: number;
  /** Since last use; 0: never ends. */
  readonly clientLifetime: number;
  /** Refuse a request without `resource` instead of offering the person a choice. */
  readonly strictResource: boolean;
  /** Registrations a minute from one address. */
  readonly registrationRateLimit: number;
  /** Device authorizations a minute from one address. */
  readonly deviceRateLimit: number;
  /** Sign-ins begun a minute from one address, by a client or without one. */
  readonly signInRateLimit: number;
  /** Requests for tokens a minute from one address. */
  readonly tokenRateLimit: number;
  /** Requests of all kinds a minute from one address, to pages and endpoints. */
  readonly requestRateLimit: number;
  /** What all addresses may do together, as a multiple of what one may do. */
  readonly globalRateFactor: number;
  /** Proxies one behind the other whose X-Forwarded-For is believed, the edge among them. */
  readonly proxyHops: number;
  /** Browser origins allowed on /mcp; `loopback` stands for any loopback origin of any port, `*` for all. */
  readonly corsOrigins: readonly string[];
  /** How long a token found valid before is still accepted once the revocation feed is silent. */
  readonly revocationGrace: number;
}

/**
 * The configuration that an environment means, with the defaults that depend on where auth runs: in local mode the
 * issuer is a loopback name.
 * @param osUser name of the user that runs this, the one who may use the local login by default (decision 18)
 * @param login the ways to sign in that are offered; undefined: all that the environment configures
 * @throws {ConfigError} when one of them is not configured
 */
export function authConfigOf(
  env: AuthEnv,
  {
    osUser,
    strictResource,
    login,
  }: { osUser: string; strictResource: boolean; login?: readonly SignInWay[] | undefined },
): AuthConfig {
  const problems = offeredWayProblems(login, env);
  if (problems.length > 0) throw new ConfigError(env.RESOURCES_FILE, problems);
  const isLocal = isLoopbackName(new URL(env.ISSUER).hostname);
  const github = isOffered("github", login) ? githubOf(env) : undefined;
  const oidc = isOffered("oidc", login) ? oidcOf(env) : undefined;
  return {
    issuer: env.ISSUER,
    host: env.HOST,
    port: env.PORT,
    ...(github === undefined ? {} : { github }),
    ...(oidc === undefined ? {} : { oidc }),
    ...(env.LOCAL_LOGIN && isOffered("local", login)
      ? { localLogin: { users: env.GATEWAY_LOCAL_USERS ?? [osUser] } }
      : {}),
    accessTokenLifetime: env.ACCESS_TOKEN_LIFETIME,
    refreshTokenLifetime: env.REFRESH_TOKEN_LIFETIME,
    clientLifetime: env.CLIENT_LIFETIME,
    strictResource,
    registrationRateLimit: env.REGISTRATION_RATE_LIMIT ?? (isLocal ? 300 : 20), // decision 28a
    deviceRateLimit: env.DEVICE_RATE_LIMIT ?? (isLocal ? 300 : 20),
    signInRateLimit: env.SIGN_IN_RATE_LIMIT ?? (isLocal ? 300 : 60), // decision 28a
    tokenRateLimit: env.TOKEN_RATE_LIMIT ?? (isLocal ? 6_000 : 600), // decision 28a; hosted clients share few addresses
    requestRateLimit: env.REQUEST_RATE_LIMIT ?? (isLocal ? 60_000 : 3_000),
    globalRateFactor: env.GLOBAL_RATE_FACTOR,
    proxyHops: env.PROXY_HOPS,
    corsOrigins: env.MCP_CORS_ORIGINS ?? (isLocal ? ["loopback"] : []), // decision 30
    revocationGrace: env.REVOCATION_GRACE,
  };
}

function githubOf(env: AuthEnv): AuthConfig["github"] {
  if (env.GITHUB_CLIENT_ID === undefined || env.GITHUB_CLIENT_SECRET === undefined) return undefined;
  return {
    clientId: env.GITHUB_CLIENT_ID,
    clientSecret: env.GITHUB_CLIENT_SECRET,
    baseUrl: env.GITHUB_BASE_URL,
    apiUrl: env.GITHUB_API_URL,
    allowedUsers: env.ALLOWED_GITHUB_USERS,
    ...(env.GITHUB_PAT === undefined ? {} : { serviceToken: env.GITHUB_PAT }),
  };
}

function oidcOf(env: AuthEnv): AuthConfig["oidc"] {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = env;
  if (OIDC_ISSUER === undefined || OIDC_CLIENT_ID === undefined || OIDC_CLIENT_SECRET === undefined) return undefined;
  const issuer = new URL(OIDC_ISSUER);
  return {
    issuer: issuer.href,
    clientId: OIDC_CLIENT_ID,
    clientSecret: OIDC_CLIENT_SECRET,
    scopes: env.OIDC_SCOPES,
    name: env.OIDC_NAME ?? issuer.host,
    allowedUsers: env.ALLOWED_OIDC_USERS,
  };
}
