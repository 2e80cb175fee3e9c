import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { EraVerdictRecord, EraVerdicts } from "@gateway/store";
import type { ProxyConfig } from "../configuration/proxy-config.ts";

/** Which wires an MCP server speaks on stdio. */
export interface EraVerdict {
  readonly legacy: boolean;
  readonly modern: boolean;
  /** The versions of the modern wire that it speaks, where none of them is served here. */
  readonly unserved?: readonly string[];
}

/** A verdict that was found by asking: of which definition of the server, and when. */
export type DatedVerdict = EraVerdict & EraVerdictRecord;

/** Seconds: a stale verdict that a server is legacy would go unnoticed for ever. */
export const freshFor = 86_400;

/** Where the verdict on a server is kept. */
export interface VerdictRecords {
  /** Undefined where there is none, or none that can be read: then it is found anew. */
  read(): Promise<DatedVerdict | undefined>;
  write(verdict: DatedVerdict): Promise<void>;
}

/** Whether only clients of the modern wire can talk to a server without a translation. Pure. */
export function isModernAlone(verdict: EraVerdict | undefined): boolean {
  return verdict?.modern === true && !verdict.legacy;
}

/** The versions that a server speaks where it speaks no other, and none is served here; undefined: it is not so. Pure. */
export function unservedVersions(verdict: EraVerdict | undefined): readonly string[] | undefined {
  return verdict?.legacy || verdict?.modern ? undefined : verdict?.unserved;
}

/**
 * What a verdict is about: another command, folder, set of variables or build may be another server. Values are left out. Pure.
 * @param build of `buildOf` or `buildHere`
 */
export function definitionHash({ command, cwd, env }: ProxyConfig["server"], build: readonly string[]): string {
  const definition = JSON.stringify([command, cwd ?? null, Object.keys(env).sort(), build]);
  return createHash("sha256").update(definition).digest("hex");
}

/** A file of this proxy's. */
export function verdictFile(file: string): VerdictRecords {
  return { read: () => readVerdict(file), write: (verdict) => writeVerdict(file, verdict) };
}

/** The store that replicas share: what one of them has found out the others need not ask. */
export function sharedVerdict(verdicts: EraVerdicts, definition: string): VerdictRecords {
  return {
    read: () => verdicts.find(definition).catch(() => undefined), // without the store each asks for itself
    write: ({ legacy, modern, probedAt }) =>
      verdicts.keep({ legacy, modern, definition, probedAt }, probedAt + freshFor),
  };
}

async function readVerdict(file: string): Promise<DatedVerdict | undefined> {
  try {
    const { legacy, modern, definition, probedAt } = JSON.parse(await readFile(file, "utf8")) as Partial<DatedVerdict>;
    const isWhole = typeof definition === "string" && typeof probedAt === "number";
    return isWhole ? { legacy: legacy === true, modern: modern === true, definition, probedAt } : undefined;
  } catch {
    return undefined;
  }
}

/** Whole, or not at all. */
async function writeVerdict(file: string, verdict: DatedVerdict): Promise<void> {
  const next = `${file}.next`;
  await writeFile(next, JSON.stringify(verdict), { mode: 0o600 });
  await rename(next, file);
}
