import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@gateway/canary";
import { authHeapFlags } from "@gateway/config";
import { openEmbeddedStore, openRedisStore, type Store } from "@gateway/store";
import type { Program, Run } from "../program.ts";

/** Who the bench's tokens are from, and for. */
export const issuer = "http://localhost:8080";
export const resource = `${issuer}/mcp-bench/mcp`;
/** The endpoint of another server of the same gateway. */
export const otherResource = `${issuer}/mcp-other/mcp`;
/** Who signs in. */
export const user = { sub: "local|bench", login: "bench" };

const main = fileURLToPath(new URL("../../../services/auth/dist/main.js", import.meta.url));
const serverAt = (name: string, identifier: string) => ({ name, title: name, identifiers: [identifier] });

/** What is particular about an auth under measurement. */
export interface AuthOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** More flags for node. */
  readonly flags?: readonly string[];
}

/** Starts the real auth service as the supervisor does, with its things in `folder`. */
export async function startAuth(
  folder: string,
  run: Run,
  { env = {}, flags = [] }: AuthOptions = {},
): Promise<{ readonly program: Program; readonly port: number }> {
  const resourcesFile = join(folder, "resources.json");
  const servers = [serverAt("mcp-bench", resource), serverAt("mcp-other", otherResource)];
  await writeFile(resourcesFile, JSON.stringify({ strictResource: false, servers }));
  const port = await freePort();
  const program = await run([process.execPath, ...authHeapFlags, ...flags, main], port, {
    PORT: `${port}`,
    ISSUER: issuer,
    RESOURCES_FILE: resourcesFile,
    DATA_DIR: await dataDirOf(folder),
    LOCAL_LOGIN: "1",
    GATEWAY_LOCAL_USERS: user.login,
    LOG_LEVEL: "warn",
    GATEWAY_JWT_SECRET: "what auth needs as soon as it runs on a Redis",
    ...env,
  });
  return { program, port };
}

/** Puts something into auth's store, in Redis or in its folder, while auth does not run. */
export async function fillStore(
  folder: string,
  redisUrl: string | undefined,
  fill: (store: Store) => Promise<void>,
): Promise<void> {
  const clock = () => Date.now() / 1000;
  const store =
    redisUrl === undefined
      ? await openEmbeddedStore({ folder: join(await dataDirOf(folder), "store"), clock })
      : await openRedisStore({ url: redisUrl, clock });
  await fill(store);
  await store.close();
}

async function dataDirOf(folder: string): Promise<string> {
  const dataDir = join(folder, "auth");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return dataDir;
}
