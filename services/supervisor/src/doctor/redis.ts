import { type Finding, ok, problem } from "../domain/findings.ts";
import type { Environment } from "../domain/service-environment.ts";

const limit = 2_000; // ms

/** Whether Redis answers with this password; nothing where the store is embedded. */
export async function checkRedis({ REDIS_URL: url, REDIS_PASSWORD: password }: Environment): Promise<Finding[]> {
  if (!url) return [ok("store", "embedded")];
  const about = "Redis";
  try {
    const { openRedisStore } = await import("@gateway/store");
    const given = password ? { password } : {};
    const store = await openRedisStore({ url, ...given, clock: () => Date.now() / 1_000, requestTimeoutMs: limit });
    const answered = await store.ping().then(
      () => true,
      () => false,
    );
    await store.close();
    if (answered) return [ok(about, "answers")];
    return [
      problem(
        about,
        "does not answer, or not with this password",
        "Start it (compose/redis.yml), and see REDIS_URL and REDIS_PASSWORD.",
      ),
    ];
  } catch {
    return [problem(about, "REDIS_URL is no URL of a Redis", "Such as redis://localhost:6379")];
  }
}
