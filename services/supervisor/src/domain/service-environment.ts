import type { StdioServer } from "@gateway/config";
import { handedToProxies, proxyVariables } from "@gateway/registry";

/** Variables by name, as a process gets them. */
export type Environment = Readonly<Record<string, string>>;

/**
 * What of a person's settings each service gets to see; nothing else of the environment reaches it (decision 6). A
 * proxy shares a user id with its child, so it is given nothing that the child may not have.
 */
export const handedOn = {
  auth: [
    ...["REDIS_URL", "REDIS_PASSWORD"],
    ...["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "GITHUB_BASE_URL", "GITHUB_API_URL", "ALLOWED_GITHUB_USERS"],
    ...["GITHUB_PAT", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "ALLOWED_OIDC_USERS"],
    ...["OIDC_SCOPES", "OIDC_NAME"],
    ...["GATEWAY_LOCAL_USERS", "GATEWAY_JWT_SECRET", "JWT_ALGORITHM", "JWT_PRIVATE_KEY_B64"],
    ...["ACCESS_TOKEN_LIFETIME", "REFRESH_TOKEN_LIFETIME", "CLIENT_LIFETIME", "REVOCATION_GRACE"],
    ...["REGISTRATION_RATE_LIMIT", "SIGN_IN_RATE_LIMIT", "DEVICE_RATE_LIMIT", "TOKEN_RATE_LIMIT", "LOG_LEVEL"],
    ...["REQUEST_RATE_LIMIT", "GLOBAL_RATE_FACTOR"],
  ],
  proxy: handedToProxies,
  edge: ["MCP_STARTUP_TIMEOUT", "LOG_LEVEL"],
} as const;

const onLoopback = { HOST: "127.0.0.1", GATEWAY_SUPERVISED: "1" } as const;

/** auth's environment. The local sign-in page is there only while no provider is configured (decision 18). */
export function authEnvironment(
  settings: Environment,
  own: {
    readonly port: number;
    readonly issuer: string;
    readonly resourcesFile: string;
    readonly dataDir: string;
    readonly operatorSocket: string;
    readonly corsOrigins: readonly string[];
  },
): Environment {
  return {
    ...pick(settings, handedOn.auth),
    ...onLoopback,
    PORT: String(own.port),
    ISSUER: own.issuer,
    RESOURCES_FILE: own.resourcesFile,
    DATA_DIR: own.dataDir,
    OPERATOR_SOCKET: own.operatorSocket,
    MCP_CORS_ORIGINS: own.corsOrigins.join(","),
    LOCAL_LOGIN: settings.GITHUB_CLIENT_ID || settings.OIDC_ISSUER ? "0" : "1",
    PROXY_HOPS: "1", // the edge alone
  };
}

/** Of a person's settings, what every proxy gets. */
export function sharedProxyEnvironment(settings: Environment): Environment {
  return pick(settings, handedOn.proxy);
}

/** A proxy's environment: its own settings and its server's. */
export function proxyEnvironment(
  settings: Environment,
  server: StdioServer,
  own: {
    readonly port: number;
    readonly issuer: string;
    readonly jwksUrl: string;
    readonly revocationsUrl: string;
    readonly identifiers: readonly string[];
    readonly cwd: string;
    readonly dataDir: string;
    readonly operatorSocket: string;
    readonly corsOrigins: readonly string[];
  },
): Environment {
  return {
    ...sharedProxyEnvironment(settings),
    ...onLoopback,
    PORT: String(own.port),
    ...proxyVariables(server),
    SERVER_ENV: JSON.stringify(server.env),
    SERVER_CWD: own.cwd,
    DATA_DIR: own.dataDir,
    OPERATOR_SOCKET: own.operatorSocket,
    AUTH_JWKS_URL: own.jwksUrl,
    AUTH_REVOCATIONS_URL: own.revocationsUrl,
    AUTH_ISSUER: own.issuer,
    RESOURCE_IDENTIFIERS: own.identifiers.join(","),
    MCP_CORS_ORIGINS: own.corsOrigins.join(","),
  };
}

/** The edge's environment. */
export function edgeEnvironment(
  settings: Environment,
  own: { readonly port: number; readonly routesFile: string },
): Environment {
  return { ...pick(settings, handedOn.edge), ...onLoopback, PORT: String(own.port), ROUTES_FILE: own.routesFile };
}

function pick(settings: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(names.flatMap((name) => (settings[name] ? [[name, settings[name]]] : [])));
}
