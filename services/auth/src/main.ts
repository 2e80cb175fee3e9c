import { once } from "node:events";
import type { Server } from "node:http";
import { userInfo } from "node:os";
import { join } from "node:path";
import { AuthEnv, ConfigError, parseEnv, readVariableFiles } from "@gateway/config/auth";
import { publicNetwork } from "@gateway/public-network";
import { openEmbeddedStore, openRedisStore, type Store, StoreDamaged, StoreInUse } from "@gateway/store";
import { createLogger, type Logger } from "@gateway/telemetry";
import { createApp } from "./app.ts";
import { type AuthConfig, authConfigOf } from "./config.ts";
import { openDataFolder } from "./data-folder.ts";
import { verify } from "./endpoints/verify.ts";
import { keyRotation } from "./key-rotation.ts";
import { deriveAssertionKey } from "./keys/assertion-key.ts";
import { deriveKeys, deriveSealingKey, openRootSecret } from "./keys/derived-keys.ts";
import { givenSigningKey } from "./keys/given-signing-key.ts";
import { openSigningKeys } from "./keys/kept-signing-keys.ts";
import { SharedSigningKeys } from "./keys/shared-signing-keys.ts";
import { LiveTokens } from "./live-tokens.ts";
import { Metrics } from "./metrics.ts";
import { listenOperator } from "./operator-api.ts";
import type { Ports, RotatingKeys, SigningKeys } from "./ports.ts";
import { openRemoteClients } from "./remote/open-remote-clients.ts";
import { readResourcesFile } from "./resources-file.ts";
import { createAuthServer } from "./server.ts";
import { closeOnSignal } from "./shutdown.ts";

const clock = () => Date.now() / 1_000;

async function main(): Promise<void> {
  const env = parseEnv(AuthEnv, readVariableFiles(AuthEnv, process.env));
  const logger = createLogger({ service: "auth", level: env.LOG_LEVEL });
  const resourceServers = await readResourcesFile(env.RESOURCES_FILE);
  const { strictResource, login } = resourceServers;
  const config = authConfigOf(env, { osUser: osUser(), strictResource, login });
  await openDataFolder(env.DATA_DIR);
  const root = env.GATEWAY_JWT_SECRET ?? (await openRootSecret(env.DATA_DIR));
  const derivedKeys = deriveKeys(root);
  const assertionKey = deriveAssertionKey(root);
  const store = await openStore(env, logger);
  const keys = await openKeys(env, { store, root, logger });
  const allowLoopback = resourceServers.cimd !== false && resourceServers.cimd?.loopback === true;
  const { redirectSchemes } = resourceServers;
  const network = publicNetwork({ allowLoopback });
  const remoteClients = openRemoteClients({ network, clock, logger, redirectSchemes });
  const issued = { keys, assertionKey, derivedKeys };
  const ports: Ports = {
    config,
    store,
    resourceServers,
    remoteClients,
    ...issued,
    metrics: new Metrics(),
    logger,
    clock,
  };
  const liveTokens = await LiveTokens.open({ ...ports, ...config });
  const server = createAuthServer({ verify: verify(ports, liveTokens), app: createApp(ports), logger });
  closeOnSignal({ server, store, logger, supervised: env.GATEWAY_SUPERVISED });
  const rotateKeys = "rotate" in keys ? keyRotation(ports, keys, liveTokens) : undefined;
  await listenOperator(env.OPERATOR_SOCKET ?? join(env.DATA_DIR, "operator.sock"), ports, { rotateKeys });
  await listen(server, config);
  logger.info("listening", { host: config.host, port: config.port });
}

async function openKeys(
  env: AuthEnv,
  { store, root, logger }: { store: Store; root: string; logger: Logger },
): Promise<SigningKeys | RotatingKeys> {
  const { JWT_ALGORITHM: algorithm, JWT_PRIVATE_KEY_B64: given, DATA_DIR: folder } = env;
  if (given !== undefined) return givenSigningKey(given, algorithm);
  if (env.REDIS_URL === undefined) return openSigningKeys(folder, algorithm, clock);
  return SharedSigningKeys.open({ store, sealingKey: deriveSealingKey(root), algorithm, clock, logger, folder });
}

async function openStore(env: AuthEnv, logger: Logger): Promise<Store> {
  if (env.REDIS_URL === undefined) return openEmbeddedStore({ folder: join(env.DATA_DIR, "store"), clock });
  const password = env.REDIS_PASSWORD === undefined ? {} : { password: env.REDIS_PASSWORD };
  return openRedisStore({ url: env.REDIS_URL, ...password, clock, logger });
}

async function listen(server: Server, { host, port }: Pick<AuthConfig, "host" | "port">): Promise<void> {
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const found = `${host}:${port} (${code})`;
    throw new ConfigError("environment", [
      { at: "HOST, PORT", found, allowed: "an address of this machine, a free port" },
    ]);
  }
}

function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return "local"; // a user id without an account, as containers have
  }
}

main().catch((error: unknown) => {
  // What a person has to mend is for them to read, so without a stack.
  const forPeople = [ConfigError, StoreInUse, StoreDamaged].some((kind) => error instanceof kind);
  console.error(forPeople ? (error as Error).message : error);
  process.exit(1);
});
