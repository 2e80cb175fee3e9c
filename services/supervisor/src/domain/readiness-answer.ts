import { oneLine } from "./render-table.ts";

/** What a proxy's 503 on `/ready` says about its server, on one line. */
export function refusedReadiness(body: string): string {
  const { reason, stderr } = parse(body);
  const last = typeof stderr === "string" ? oneLine(stderr.trim().split("\n").at(-1) ?? "") : "";
  const why = typeof reason === "string" && reason !== "" ? oneLine(reason) : "the server did not start";
  return last === "" || why.includes(last) ? why : `${why}: ${last.slice(0, 300)}`;
}

function parse(body: string): { readonly reason?: unknown; readonly stderr?: unknown } {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {}; // not from a proxy of ours: nothing to tell
  }
}
