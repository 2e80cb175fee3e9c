import type { GatewayPlan } from "../plan.ts";

/** What has to be done for a running gateway to be as another plan says; all else goes on. */
export interface PlanChanges {
  readonly auth: boolean;
  readonly edge: boolean;
  /** Servers that are no more, or not as they were. */
  readonly ending: readonly string[];
  /** Servers that are new, or not as they were. */
  readonly beginning: readonly string[];
}

/** Compares two plans by what each process is started with and reads at its start. */
export function changesBetween(before: GatewayPlan, after: GatewayPlan): PlanChanges {
  const then = new Map(before.servers.map((server) => [server.name, JSON.stringify(server)]));
  const now = new Map(after.servers.map((server) => [server.name, JSON.stringify(server)]));
  const differing = (ones: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) =>
    [...ones].filter(([name, text]) => others.get(name) !== text).map(([name]) => name);
  return {
    auth: JSON.stringify(before.auth) !== JSON.stringify(after.auth),
    edge: JSON.stringify(before.edge) !== JSON.stringify(after.edge),
    ending: differing(then, now),
    beginning: differing(now, then),
  };
}

/** The same in words. */
export function renderChanges({ auth, edge, ending, beginning }: PlanChanges): string[] {
  const changed = beginning.filter((name) => ending.includes(name));
  const lines = [
    ["Started anew", [...changed, ...(auth ? ["auth"] : []), ...(edge ? ["edge"] : [])]],
    ["Started", beginning.filter((name) => !changed.includes(name))],
    ["Ended", ending.filter((name) => !changed.includes(name))],
  ] as const;
  const said = lines.filter(([, names]) => names.length > 0).map(([what, names]) => `${what}: ${names.join(", ")}`);
  return said.length === 0 ? ["Nothing has changed."] : said;
}
