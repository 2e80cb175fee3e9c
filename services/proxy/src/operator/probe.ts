import {
  discoverParams,
  initializeResultOf,
  type LegacyVersion,
  legacyInitializeResult,
  modernVersions,
  type Params,
  type Response,
  readDiscovery,
} from "@gateway/protocol";
import type { Logger } from "@gateway/telemetry";
import type { Outcome } from "../child/calls.ts";
import type { StartChild } from "../child/child.ts";
import { gatewayInfo } from "../gateway-info.ts";
import { type ProbeChild, startProbeChild } from "./probe-child.ts";

/** Whether the MCP server can serve, found out by asking one. */
export type Verdict =
  | { readonly ready: true; readonly response: Response; readonly result: Params }
  | { readonly ready: false; readonly reason: string; readonly stderr: string };

export interface ProbePorts {
  readonly startChild: StartChild;
  /** Of the server, where it has none itself. */
  readonly name: string;
  /** Version to ask for. */
  readonly protocolVersion: LegacyVersion;
  /** Milliseconds it may take to answer `initialize`. */
  readonly startup: number;
  readonly logger: Logger;
  /** Milliseconds. */
  readonly now?: () => number;
}

const freshFor = 30_000;
const pingTimeout = 5_000;
/** A server that does not start is tried again after a second, and then more and more seldom. */
const firstPause = 1_000;
const longestPause = 10_000;
/** Nobody has asked for this long: the child is not needed. */
const idleAfter = 300_000;

/** One child of the MCP server that is asked how it does, and never handed out (decisions.md 10). */
export class Probe {
  readonly #ports: ProbePorts;
  readonly #now: () => number;
  #child: ProbeChild | undefined;
  #verdict: Verdict | undefined;
  #verdictUntil = 0;
  #pause = firstPause;
  #running: Promise<Verdict> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  #restarts = 0;

  constructor(ports: ProbePorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
  }

  /** What is known without asking. */
  get state(): "not started" | "starting" | "ready" | "failed" {
    if (this.#verdict === undefined) return this.#running === undefined ? "not started" : "starting";
    return this.#verdict.ready ? "ready" : "failed";
  }

  get children(): number {
    return this.#child === undefined ? 0 : 1;
  }

  /** How often a child no longer answered and another one was needed. */
  get restarts(): number {
    return this.#restarts;
  }

  /** The server's own answer, at most 30 s old; a failure is kept for a moment. Askers at one time share one attempt. */
  check(): Promise<Verdict> {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#drop(), idleAfter).unref();
    if (this.#verdict !== undefined && this.#now() < this.#verdictUntil) return Promise.resolve(this.#verdict);
    this.#running ??= this.#ask().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    await this.#drop();
  }

  async #ask(): Promise<Verdict> {
    const verdict = (await this.#renewed()) ?? (await this.#started());
    this.#verdict = verdict;
    this.#verdictUntil = this.#now() + (verdict.ready ? freshFor : this.#pause);
    this.#pause = verdict.ready ? firstPause : Math.min(2 * this.#pause, longestPause);
    return verdict;
  }

  /** The verdict there is, if its child still answers; an error is an answer too. */
  async #renewed(): Promise<Verdict | undefined> {
    const verdict = this.#verdict;
    const outcome = await this.#child?.request("ping", {}, pingTimeout);
    if (outcome?.kind === "answered") return verdict;
    if (outcome !== undefined) this.#restarts += 1;
    await this.#drop();
    return undefined;
  }

  /** @param wire that it is asked in: a server of the stateless one alone answers an error to `initialize`, or exits */
  async #started(wire: "legacy" | "modern" = "legacy"): Promise<Verdict> {
    const { startChild, logger } = this.#ports;
    const startedAt = this.#now();
    let child: ProbeChild;
    try {
      child = await startProbeChild(startChild);
    } catch (cause) {
      logger.error("MCP server not started", { cause });
      return { ready: false, reason: (cause as Error).message, stderr: "" };
    }
    this.#child = child;
    void child.gone.then(() => this.#lost(child, startedAt));
    return wire === "legacy" ? this.#initialized(child) : this.#discovered(child);
  }

  /** What it answered says nothing any more. The next check starts another one, though not more than one a second. */
  #lost(child: ProbeChild, startedAt: number): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#verdict = { ready: false, reason: "it exited", stderr: child.stderrTail() };
    this.#verdictUntil = startedAt + firstPause;
  }

  async #initialized(child: ProbeChild): Promise<Verdict> {
    const { protocolVersion, startup } = this.#ports;
    if (this.#closed) await this.#drop();
    const outcome = await child.request(
      "initialize",
      { protocolVersion, capabilities: {}, clientInfo: gatewayInfo },
      startup,
    );
    if (outcome.kind === "answered" && outcome.response.result !== undefined) {
      child.notify("notifications/initialized");
      return { ready: true, response: outcome.response, result: outcome.response.result };
    }
    if (outcome.kind === "timeout") return this.#failed(child, reasonOf(outcome));
    await this.#drop(); // what it was asked may have changed it: another one is asked in the other wire
    return this.#started("modern");
  }

  /** Asks a server that has no handshake; its answer is told in the form of the other wire's. */
  async #discovered(child: ProbeChild): Promise<Verdict> {
    if (this.#closed) await this.#drop();
    const outcome = await child.request("server/discover", discoverParams(gatewayInfo), this.#ports.startup);
    const discovery = outcome.kind === "answered" ? readDiscovery(outcome.response) : undefined;
    if (discovery?.kind === "unusable") return this.#failed(child, unservedReason(discovery.supported));
    if (discovery?.kind !== "modern") return this.#failed(child, reasonOf(outcome));
    const told = legacyInitializeResult(discovery.result, this.#ports.protocolVersion, this.#ports.name);
    const text = JSON.stringify({ jsonrpc: "2.0", id: 0, result: told });
    const result = initializeResultOf(discovery.result);
    return { ready: true, response: { kind: "response", id: 0, result: told, text }, result };
  }

  async #failed(child: ProbeChild, reason: string): Promise<Verdict> {
    const failure = { ready: false, reason, stderr: child.stderrTail() } as const;
    this.#ports.logger.warn("MCP server not ready", { reason, stderr: failure.stderr });
    await this.#drop();
    return failure;
  }

  async #drop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#verdict = undefined;
    await child?.end();
  }
}

function unservedReason(supported: readonly string[]): string {
  return `it speaks MCP ${supported.join(", ")} alone, and ${modernVersions.join(", ")} and older ones are served here`;
}

/** Of one that was asked in both wires, or could not be. */
function reasonOf({ kind }: Outcome): string {
  if (kind === "answered") return "it answered initialize with an error";
  return kind === "timeout" ? "it did not answer initialize in time" : "it exited before it answered initialize";
}
