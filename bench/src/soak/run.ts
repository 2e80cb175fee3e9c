import { setTimeout as delay } from "node:timers/promises";
import { openBenchAuth } from "../proxy/our-proxy.ts";
import { printReports } from "../proxy/print.ts";
import { openPrograms } from "../proxy/programs.ts";
import type { Report } from "../proxy/report.ts";
import { openScene } from "../verify/scene.ts";
import { openAuthLanes } from "./auth-lanes.ts";
import { runLanes } from "./lanes.ts";
import { type Left, type Looks, lookAt, renderLooks, soakTargets } from "./looks.ts";
import { openProxyLanes } from "./proxy-lanes.ts";

export interface SoakOptions {
  readonly minutes: number;
  readonly json: boolean;
}

/** What is there before this share of the time grows what stays: caches, and the heap to its usual size. */
const warmUp = 0.1;
/** Seconds that sessions and children get to go, once the load is over. */
const patience = 60;

/** Puts mixed load on auth and on the proxy for so many minutes, and looks at what they hold meanwhile and afterwards. */
export async function benchSoak({ minutes, json }: SoakOptions): Promise<void> {
  await printReports(soak(minutes), json);
}

async function* soak(minutes: number): AsyncGenerator<Report> {
  await using scene = await openScene();
  const programs = scene.use(openPrograms());
  const benchAuth = await openBenchAuth();
  scene.use({ [Symbol.asyncDispose]: async () => benchAuth.close() });
  const auth = await openAuthLanes(scene.folder, scene.run);
  const proxy = await openProxyLanes(programs.run, benchAuth);
  const look = () => ({ auth: lookAt(auth.program.pid), proxy: lookAt(proxy.program.pid) });
  const over = new AbortController();
  const load = runLanes([...auth.lanes, ...proxy.lanes], over.signal);
  await delay(minutes * 60_000 * warmUp);
  const start = look();
  await delay(minutes * 60_000 * (0.5 - warmUp));
  const half = look();
  await delay(minutes * 60_000 * 0.5);
  const end = look();
  over.abort();
  const { turns, errors, examples } = await load;
  await proxy.end();
  const left = await untilNothingIsLeft(proxy.left);
  const rest = look();
  const looks = { auth: looksOf("auth"), proxy: looksOf("proxy") };
  const value = { minutes, turns, errors, examples, looks, left };
  yield { title: `Soak of ${minutes} minutes`, value, text: render(value), targets: soakTargets(looks, left, errors) };

  function looksOf(name: "auth" | "proxy"): Looks {
    return { start: start[name], half: half[name], end: end[name], rest: rest[name] };
  }
}

async function untilNothingIsLeft(look: () => Promise<Left>): Promise<Left> {
  for (let second = 0; second < patience; second += 1) {
    const { sessions, children } = await look();
    if (sessions + children === 0) break;
    await delay(1_000); // nothing tells when another process's session ends
  }
  return look();
}

interface Soaked {
  readonly minutes: number;
  readonly turns: Readonly<Record<string, number>>;
  readonly errors: number;
  readonly examples: readonly string[];
  readonly looks: Readonly<Record<"auth" | "proxy", Looks>>;
  readonly left: Left;
}

function render({ minutes, turns, errors, examples, looks, left }: Soaked): string {
  const done = Object.entries(turns).map(([name, amount]) => `${name} ${amount}`);
  return [
    `After ${minutes} minutes of mixed load: ${done.join(", ")}; ${errors} errors`,
    ...examples.map((example) => `  ${example}`),
    renderLooks(looks),
    `Left: ${left.sessions} sessions, ${left.children} children`,
  ].join("\n");
}
