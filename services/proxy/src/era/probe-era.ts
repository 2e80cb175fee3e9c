import { discoverParams, readDiscovery } from "@gateway/protocol";
import type { Outcome } from "../child/calls.ts";
import type { StartChild } from "../child/child.ts";
import { type ProbeChild, startProbeChild } from "../operator/probe-child.ts";
import type { EraVerdict } from "./verdict.ts";

export interface EraProbePorts {
  readonly startChild: StartChild;
  /** The legacy version to ask for. */
  readonly protocolVersion: string;
  /** Milliseconds a child may take to answer. */
  readonly startup: number;
}

const clientInfo = { name: "mcp-oauth-gateway", version: "0.1.0" };
/** A server that has answered `initialize` has started: its sibling, which is silent, need not be waited for as long. */
const silentAfterLegacy = 5_000;

/**
 * Asks two disposable siblings of the child that will serve which wires they speak: some servers exit on any request
 * before `initialize` (mcp-wire.md §2.8). @throws what `startChild` throws
 */
export async function probeEra(ports: EraProbePorts): Promise<EraVerdict> {
  const legacy = withChild(ports, (child) => speaksLegacy(child, ports));
  const never = () => new Promise<never>(() => {});
  // A sibling that cannot be started is told of by `legacy` itself: unheard here, it would end the process.
  const shortened = legacy.then((speaks) => (speaks ? sleep(silentAfterLegacy) : never()), never);
  const modern = withChild(ports, (child) =>
    Promise.race([speaksModern(child, ports.startup), shortened.then(() => false)]),
  );
  const [speaksOld, speaksNew] = await Promise.all([legacy, modern]);
  return { legacy: speaksOld, modern: speaksNew };
}

async function withChild(
  { startChild }: EraProbePorts,
  ask: (child: ProbeChild) => Promise<boolean>,
): Promise<boolean> {
  const child = await startProbeChild(startChild);
  try {
    return await ask(child);
  } finally {
    void child.end();
  }
}

async function speaksLegacy(child: ProbeChild, { protocolVersion, startup }: EraProbePorts): Promise<boolean> {
  const outcome = await child.request("initialize", { protocolVersion, capabilities: {}, clientInfo }, startup);
  return outcome.kind === "answered" && outcome.response.result !== undefined;
}

async function speaksModern(child: ProbeChild, startup: number): Promise<boolean> {
  const discovery = discoveryOf(await child.request("server/discover", discoverParams(clientInfo), startup));
  if (discovery?.kind !== "ask_again") return discovery?.kind === "modern";
  const again = await child.request("server/discover", discoverParams(clientInfo, discovery.version), startup);
  return discoveryOf(again)?.kind === "modern";
}

function discoveryOf(outcome: Outcome) {
  return outcome.kind === "answered" ? readDiscovery(outcome.response) : undefined;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
