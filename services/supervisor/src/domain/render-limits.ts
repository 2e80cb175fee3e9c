/** Who holds a server's processes to their limits, as its proxy tells it; null: it has none. */
export type Enforcement = "exact" | "best effort" | "not enforced" | null;

const meanings: Readonly<Record<string, string>> = {
  exact: "held by the kernel (cgroup v2)",
  "best effort": "by looking at what runs, four times a second; no cgroup was left to the gateway",
  "not enforced": "this system does not tell what processes use",
};

/** How the limits of processes are held, for a person; nothing when no server has any. */
export function renderLimits(limits: Readonly<Record<string, Enforcement>>): string[] {
  const lines = Object.entries(meanings).flatMap(([enforcement, meaning]) => {
    const servers = Object.entries(limits).flatMap(([server, found]) => (found === enforcement ? [server] : []));
    return servers.length === 0 ? [] : [`Limits of ${servers.join(", ")}: ${enforcement}, ${meaning}.`];
  });
  return lines.length === 0 ? [] : ["", ...lines];
}
