import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@gateway/canary";
import { RedisServer } from "@gateway/redis-server";
import { median } from "../compare.ts";
import type { Figure } from "../target.ts";
import { type OurVerify, startOurVerify } from "./our-verify.ts";
import { openScene } from "./scene.ts";

/** Milliseconds. */
interface Outage {
  /** The slowest 503 to a token that auth had never seen, of those asked all through the first 1.5 s. */
  readonly cold: number;
  /** The slowest 503 to a remembered token, once the grace was over. */
  readonly remembered: number;
  /** From the moment Redis took connections again until both tokens passed again. */
  readonly back: number;
}

type Kind = "killed" | "hung";

const firstLook = 1_500;
const pause = 20;
/** Milliseconds; the grace is 5 s. */
const patience = 15_000;

/** Takes auth's Redis away, by SIGKILL and by SIGSTOP, gives it back, and measures what /verify answers meanwhile. */
export async function runOutages(rounds: number): Promise<readonly Figure[]> {
  await using scene = await openScene();
  const redis = scene.use(await RedisServer.start({ folder: join(scene.folder, "redis"), port: await freePort() }));
  const ours = await startOurVerify(scene.folder, scene.run, { redisUrl: redis.url });
  const outages: Record<Kind, Outage[]> = { killed: [], hung: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ["killed", "hung"] as const) outages[kind].push(await outage(ours, redis, kind));
  }
  return [...figuresOf("killed", outages.killed, 50), ...figuresOf("hung", outages.hung, 1_000)];
}

function figuresOf(kind: Kind, outages: readonly Outage[], answered: number): readonly Figure[] {
  const value = (part: keyof Outage) => median(outages.map((one) => one[part]));
  const within = (what: string, part: keyof Outage, atMost: number) =>
    ({ what: `Redis ${kind}: ${what}`, value: value(part), unit: "ms", bound: { atMost } }) as const;
  return [
    within("503 to a cold token", "cold", answered),
    within("503 to a remembered token after the grace", "remembered", answered),
    within("back after its return, both tokens still good", "back", 500),
  ];
}

async function outage(ours: OurVerify, redis: RedisServer, kind: Kind): Promise<Outage> {
  const remembered = ours.newToken();
  await untilStatus(ours, remembered, 200);
  if (kind === "killed") await redis.kill();
  else redis.signal("SIGSTOP");
  const cold = await slowestColdRefusal(ours);
  await untilStatus(ours, remembered, 503);
  const known = await slowestRefusal(ours, remembered);
  if (kind === "killed") await redis.run();
  else redis.signal("SIGCONT");
  const returned = performance.now();
  await Promise.all([remembered, ours.newToken()].map((token) => untilStatus(ours, token, 200)));
  return { cold, remembered: known, back: performance.now() - returned };
}

/** Asks on, whether it is answered or not: while Redis hangs every one of them must be. */
async function slowestColdRefusal(ours: OurVerify): Promise<number> {
  const asked: Promise<number>[] = [];
  for (let waited = 0; waited < firstLook; waited += pause) {
    asked.push(refusal(ours, ours.newToken()));
    await delay(pause);
  }
  return Math.max(...(await Promise.all(asked)));
}

async function slowestRefusal(ours: OurVerify, token: string): Promise<number> {
  const took: number[] = [];
  for (let asked = 0; asked < 20; asked += 1) took.push(await refusal(ours, token));
  return Math.max(...took);
}

/** Milliseconds until a 503 with Retry-After. Throws on any other answer. */
async function refusal(ours: OurVerify, token: string): Promise<number> {
  const asked = performance.now();
  const answer = await ask(ours, token);
  const took = performance.now() - asked;
  if (answer.status === 503 && answer.headers.has("retry-after")) return took;
  throw new Error(`/verify answered ${answer.status} without its store: ${await answer.text()}`);
}

async function untilStatus(ours: OurVerify, token: string, status: number): Promise<void> {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    if ((await ask(ours, token)).status === status) return;
    await delay(5);
  }
  throw new Error(`/verify did not come to answer ${status}`);
}

function ask({ contender: { url, headers } }: OurVerify, token: string): Promise<Response> {
  return fetch(url, { headers: { ...headers, authorization: `Bearer ${token}` } });
}
