import { type Discovery, discoverParams, readDiscovery } from "@gateway/protocol";
import type { Outcome } from "../child/calls.ts";
import type { StartChild } from "../child/child.ts";
import { gatewayInfo } from "../gateway-info.ts";
import { type ProbeChild, startProbeChild } from "../operator/probe-child.ts";
import type { EraVerdict } from "./verdict.ts";

export interface EraProbePorts {
  readonly startChild: StartChild;
  /** The legacy version to ask for. */
  readonly protocolVersion: string;
  /** Milliseconds a child may take to answer. */
  readonly startup: number;
  /** Milliseconds that one which has answered `initialize` is waited for in the other wire. */
  readonly probe: number;
}

/** What the siblings of a server have shown. */
export interface EraFinding {
  readonly verdict: EraVerdict;
  /** What one of them wrote last to standard error. */
  readonly stderr: string;
  /** What is true once a sibling that is silent yet has had its whole time; undefined: the verdict above is final. */
  readonly later?: Promise<EraVerdict>;
}

/** What one sibling has shown. */
interface Told<Found> {
  readonly found: Found;
  readonly stderr: string;
}

/**
 * Asks two disposable siblings of the child that will serve which wires they speak: some servers exit on any request
 * before `initialize` (mcp-wire.md §2.8). @throws what `startChild` throws
 */
export async function probeEra(ports: EraProbePorts): Promise<EraFinding> {
  const discovered = withChild(ports, (child) => discover(child, ports.startup));
  // A sibling that cannot be started is told of by the other: unheard here, it would end the process.
  discovered.catch(() => {});
  const { found: legacy, stderr } = await withChild(ports, (child) => speaksLegacy(child, ports));
  // A server that has answered `initialize` has started: clients are not kept waiting long for its silent sibling.
  const early = legacy ? await Promise.race([discovered, sleep(ports.probe)]) : await discovered;
  if (early !== undefined) return { verdict: verdictOf(legacy, early.found), stderr: stderr || early.stderr };
  const later = discovered.then(({ found }) => verdictOf(legacy, found));
  return { verdict: verdictOf(legacy, undefined), stderr, later };
}

function verdictOf(legacy: boolean, discovery: Discovery | undefined): EraVerdict {
  const unserved = discovery?.kind === "unusable" ? { unserved: discovery.supported } : {};
  return { legacy, modern: discovery?.kind === "modern", ...unserved };
}

async function withChild<Found>(
  { startChild }: EraProbePorts,
  ask: (child: ProbeChild) => Promise<Found>,
): Promise<Told<Found>> {
  const child = await startProbeChild(startChild);
  try {
    return { found: await ask(child), stderr: child.stderrTail() };
  } finally {
    void child.end();
  }
}

async function speaksLegacy(child: ProbeChild, { protocolVersion, startup }: EraProbePorts): Promise<boolean> {
  const outcome = await child.request(
    "initialize",
    { protocolVersion, capabilities: {}, clientInfo: gatewayInfo },
    startup,
  );
  return outcome.kind === "answered" && outcome.response.result !== undefined;
}

/** Undefined: no answer. */
async function discover(child: ProbeChild, startup: number): Promise<Discovery | undefined> {
  const discovery = discoveryOf(await child.request("server/discover", discoverParams(gatewayInfo), startup));
  if (discovery?.kind !== "ask_again") return discovery;
  return discoveryOf(await child.request("server/discover", discoverParams(gatewayInfo, discovery.version), startup));
}

function discoveryOf(outcome: Outcome) {
  return outcome.kind === "answered" ? readDiscovery(outcome.response) : undefined;
}

function sleep(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined).unref());
}
