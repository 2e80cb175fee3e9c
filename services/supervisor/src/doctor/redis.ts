import { ConfigError } from "@gateway/config";
import { type CommandContext, CommandFailed } from "../command.ts";
import { readDeployment } from "../docker/deployment.ts";
import { dockerOf } from "../docker/docker.ts";
import { runningContainers } from "../docker/operator.ts";
import { type Finding, ok, problem } from "../domain/findings.ts";
import { judgeDurability } from "../domain/redis-durability.ts";
import type { Environment } from "../domain/service-environment.ts";

const limit = 2_000; // ms

/** Whether Redis answers with this password, and keeps what it acknowledges; nothing of that where the store is embedded. */
export async function checkRedis({ REDIS_URL: url, REDIS_PASSWORD: password }: Environment): Promise<Finding[]> {
  if (!url) return [ok("store", "embedded")];
  const about = "Redis";
  const { readRedisDurability, StoreUnavailable } = await import("@gateway/store");
  try {
    const given = password ? { password } : {};
    return [judgeDurability(about, await readRedisDurability({ url, ...given, requestTimeoutMs: limit }))];
  } catch (error) {
    if (!(error instanceof StoreUnavailable))
      return [problem(about, "REDIS_URL is no URL of a Redis", "Such as redis://localhost:6379")];
    return [
      problem(
        about,
        "does not answer, or not with this password",
        "Start it (compose/redis.yml), and see REDIS_URL and REDIS_PASSWORD.",
      ),
    ];
  }
}

/** Within its container, which has the password; the stack's own is not to be reached from here. */
const askOwn = 'REDISCLI_AUTH="$(cat /run/secrets/redis_password)" exec redis-cli config get "append*"';

/** Whether the stack's own Redis keeps what it acknowledges; nothing where it does not run, which is told with the containers. */
export async function checkRedisOfStack(context: CommandContext): Promise<Finding[]> {
  try {
    const deployment = readDeployment(context);
    const docker = dockerOf(deployment, {});
    const containers = await runningContainers(docker, deployment.env.COMPOSE_PROJECT_NAME);
    const container = containers.get("redis");
    if (container === undefined) return [];
    const { durabilityOf } = await import("@gateway/store");
    return [judgeDurability("Redis", durabilityOf(pairsOf(await docker.ask("exec", container, "sh", "-c", askOwn))))];
  } catch (error) {
    // Told with the settings, or with the containers.
    if (error instanceof ConfigError || error instanceof CommandFailed) return [];
    throw error;
  }
}

/** What redis-cli prints of names and values to a program: a line each, in turn. */
function pairsOf(printed: string): Record<string, string> {
  const lines = printed.split("\n");
  return Object.fromEntries(lines.flatMap((name, at) => (at % 2 === 0 ? [[name, lines[at + 1] ?? ""]] : [])));
}
