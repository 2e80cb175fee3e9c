import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@gateway/canary";
import { RedisServer } from "@gateway/redis-server";
import autocannon from "autocannon";
import type { Figure } from "../target.ts";
import { type OurVerify, startOurVerify } from "./our-verify.ts";
import { openScene } from "./scene.ts";

/** What auth held after so many distinct tokens: MiB of resident memory (proc(5)); NaN where there is no /proc. */
export interface Held {
  readonly tokens: number;
  readonly resident: number;
  /** Of that: heap, buffers, stacks. */
  readonly anonymous: number;
  /** Of that: pages of files, such as node itself and the embedded store; the system takes them back when it likes. */
  readonly ofFiles: number;
}

const steps = 10;

/**
 * Shows auth one valid token after the other, none twice, and looks at its memory at each tenth. Signed with ES256,
 * since the bench signs them all.
 */
export async function runMemory(tokens: number, storeKind: "embedded" | "redis"): Promise<readonly Held[]> {
  await using scene = await openScene();
  const redis =
    storeKind === "redis"
      ? scene.use(await RedisServer.start({ folder: join(scene.folder, "redis"), port: await freePort() }))
      : undefined;
  const where = redis === undefined ? {} : { redisUrl: redis.url };
  const ours = await startOurVerify(scene.folder, scene.run, { algorithm: "ES256", ...where });
  const held: Held[] = [];
  for (let step = 1; step <= steps; step += 1) {
    await show(ours, tokens / steps);
    held.push({ tokens: (tokens / steps) * step, ...memoryOf(ours.contender.program.pid) });
  }
  return held;
}

async function show({ contender: { url, headers }, newToken }: OurVerify, amount: number): Promise<void> {
  const setupRequest = (request: autocannon.Request) => ({
    ...request,
    headers: { ...headers, authorization: `Bearer ${newToken()}` },
  });
  const result = await autocannon({ url, connections: 16, amount, requests: [{ setupRequest }] });
  if (result["2xx"] !== amount) throw new Error(`${amount - result["2xx"]} answers were not 200`);
}

function memoryOf(pid: number): Omit<Held, "tokens"> {
  const status = statusOf(pid);
  const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024;
  return { resident: mebibytes("VmRSS"), anonymous: mebibytes("RssAnon"), ofFiles: mebibytes("RssFile") };
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // not Linux
  }
}

/** How far resident memory went from its mean, and how far up, against what was promised. */
export function memoryFigures(held: readonly Held[]): readonly Figure[] {
  const resident = held.map((look) => look.resident);
  const mean = resident.reduce((sum, one) => sum + one, 0) / resident.length;
  const farthest = Math.max(...resident.map((one) => Math.abs(one - mean)));
  const most = (Math.max(...resident) * 1_048_576) / 1e6;
  return [
    { what: "farthest from the mean", value: (100 * farthest) / mean, unit: "%", bound: { atMost: 10 } },
    { what: "most resident memory", value: most, unit: "MB", bound: { atMost: 120 } },
  ];
}

/** One line a look. */
export function renderMemory(held: readonly Held[]): string {
  const lines = held.map(
    ({ tokens, resident, anonymous, ofFiles }) =>
      `${`${tokens}`.padStart(10)} tokens  ${resident.toFixed(0).padStart(5)} MiB, of which heap and buffers ` +
      `${anonymous.toFixed(0)}, pages of files ${ofFiles.toFixed(0)}`,
  );
  return ["\nmemory: distinct valid tokens shown to auth, and its resident memory", ...lines].join("\n");
}
