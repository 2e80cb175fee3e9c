import type { Logger } from "@gateway/telemetry";
import { type EraFinding, type EraProbePorts, probeEra } from "./probe-era.ts";
import { type DatedVerdict, type EraVerdict, freshFor, unservedVersions, type VerdictRecords } from "./verdict.ts";

/** Which wires the operator says that a server speaks; `auto`: it is asked. */
export type EraSetting = "auto" | "legacy" | "modern" | "both";

export interface ServerEraPorts extends EraProbePorts {
  readonly setting: EraSetting;
  /** Of `definitionHash`. */
  readonly definition: string;
  /** Where the verdict is kept; undefined: in memory. */
  readonly records: VerdictRecords | undefined;
  readonly logger: Logger;
  /** Seconds since the epoch. */
  readonly now?: () => number;
}

/** Seconds in which a verdict is not found anew, whatever happens: finding it starts two processes. */
const doubtedAfter = 60;
/** Seconds until a server that speaks neither is asked again: it may have been slow to install. */
const pauseAfterFailure = 10;

/** Which wires the MCP server speaks: as the operator says, or found out when the first modern client asks. */
export class ServerEra {
  readonly #ports: ServerEraPorts;
  readonly #now: () => number;
  #verdict: DatedVerdict | undefined;
  #running: Promise<EraVerdict | undefined> | undefined;
  #isRead = false;
  /** When the verdict was found that a child has contradicted: nor is a kept one believed that is as old. */
  #doubtedUntil = 0;
  /** What was found when it spoke nothing that is served here. */
  #failure: EraVerdict | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(ports: ServerEraPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? (() => Math.floor(Date.now() / 1_000));
  }

  /** What is known without asking; undefined: nothing yet. */
  get known(): EraVerdict | undefined {
    return fixedVerdict(this.#ports.setting) ?? this.#verdict ?? this.#failure;
  }

  /** What is known, and recent enough to serve by; undefined: it must be found. */
  get fresh(): EraVerdict | undefined {
    return fixedVerdict(this.#ports.setting) ?? (this.#isFresh(this.#verdict) ? this.#verdict : undefined);
  }

  /** The same, and what was found out before this proxy started; undefined: nothing yet. */
  async recall(): Promise<EraVerdict | undefined> {
    const fixed = fixedVerdict(this.#ports.setting);
    if (fixed !== undefined) return fixed;
    if (!this.#isRead) await this.#read();
    return this.#isFresh(this.#verdict) ? this.#verdict : undefined;
  }

  /**
   * Undefined: the server speaks neither, at this moment; with `unserved`, other versions alone. Askers at one time
   * share one attempt.
   */
  find(): Promise<EraVerdict | undefined> {
    const fixed = fixedVerdict(this.#ports.setting);
    if (fixed !== undefined) return Promise.resolve(fixed);
    if (this.#isFresh(this.#verdict)) return Promise.resolve(this.#verdict);
    if (this.#now() - this.#failedAt < pauseAfterFailure) return Promise.resolve(this.#failure);
    this.#running ??= this.#find().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** A child has contradicted the verdict: the next asker finds it anew. */
  doubt(): void {
    const { probedAt } = this.#verdict ?? { probedAt: 0 };
    if (this.#now() - probedAt <= doubtedAfter) return;
    this.#doubtedUntil = probedAt;
    this.#verdict = undefined;
  }

  /** Keeps nothing more: a sibling that ends with this proxy says nothing of its server. */
  close(): void {
    this.#closed = true;
  }

  async #find(): Promise<EraVerdict | undefined> {
    await this.#read();
    return this.#isFresh(this.#verdict) ? this.#verdict : this.#probe();
  }

  /** Takes over what is kept: by now another replica may have found it out. */
  async #read(): Promise<void> {
    this.#isRead = true;
    const kept = await this.#ports.records?.read();
    if (this.#isFresh(kept) && kept.probedAt > this.#doubtedUntil && !this.#isFresh(this.#verdict))
      this.#verdict = kept;
  }

  async #probe(): Promise<EraVerdict | undefined> {
    const { logger } = this.#ports;
    const finding = await probeEra(this.#ports).catch((cause: unknown) => {
      logger.error("MCP server not started", { cause });
      return undefined;
    });
    const { legacy = false, modern = false, unserved } = finding?.verdict ?? {};
    logger.info("wires that the MCP server speaks", { legacy, modern, unserved });
    this.#failure = unservedVersions(finding?.verdict) && finding?.verdict;
    if (finding === undefined || (!legacy && !modern)) {
      if (finding !== undefined && this.#failure === undefined) this.#warn(finding);
      this.#failedAt = this.#now();
      return this.#failure;
    }
    const verdict = this.#dated(finding.verdict);
    this.#verdict = verdict;
    if (finding.later === undefined) await this.#keep(verdict);
    else void this.#correct(verdict, finding.later);
    return verdict;
  }

  /** Neither sibling answered: what it wrote says why. */
  #warn({ stderr }: EraFinding): void {
    const reason = "it answered neither initialize nor server/discover";
    this.#ports.logger.warn("MCP server not ready", { reason, stderr });
  }

  /** A verdict that was not waited for serves meanwhile, but is not kept: the silent sibling may only be slow. */
  async #correct(early: DatedVerdict, later: Promise<EraVerdict>): Promise<void> {
    const found = await later.catch(() => undefined);
    if (this.#verdict !== early || this.#closed) return;
    this.#verdict = found && this.#dated(found);
    if (found?.modern) this.#ports.logger.info("the MCP server speaks the modern wire too, and was slow to say so");
    if (this.#verdict !== undefined) await this.#keep(this.#verdict);
  }

  #dated({ legacy, modern }: EraVerdict): DatedVerdict {
    return { legacy, modern, definition: this.#ports.definition, probedAt: this.#now() };
  }

  async #keep(verdict: DatedVerdict): Promise<void> {
    if (this.#closed) return;
    const { records, logger } = this.#ports;
    await records?.write(verdict).catch((cause: unknown) => {
      logger.warn("what the MCP server speaks cannot be kept", { cause });
    });
  }

  #isFresh(verdict: DatedVerdict | undefined): verdict is DatedVerdict {
    if (verdict === undefined || verdict.definition !== this.#ports.definition) return false;
    return this.#now() - verdict.probedAt < freshFor;
  }
}

function fixedVerdict(setting: EraSetting): EraVerdict | undefined {
  switch (setting) {
    case "auto":
      return undefined;
    case "both":
      return { legacy: true, modern: true };
    default:
      return { legacy: setting === "legacy", modern: setting === "modern" };
  }
}

/** A verdict as people read it; null: not known yet; `unserved`: other versions than are served here. Pure. */
export function renderEra(verdict: EraVerdict | undefined): EraSetting | "unserved" | null {
  if (verdict === undefined) return null;
  if (unservedVersions(verdict) !== undefined) return "unserved";
  if (verdict.legacy && verdict.modern) return "both";
  return verdict.modern ? "modern" : "legacy";
}
