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
}

/** A server that has answered `initialize` has started: its sibling, which is silent, need not be waited for as long. */
const silentAfterLegacy = 5_000;

/**
 * Asks two disposable siblings of the child that will serve which wires they speak: some servers exit on any request
 * before `initialize` (mcp-wire.md §2.8). @throws what `startChild` throws
 */
export async function probeEra(ports: EraProbePorts): Promise<EraVerdict> {
  const asked = withChild(ports, (child) => speaksLegacy(child, ports));
  const never = () => new Promise<never>(() => {});
  // A sibling that cannot be started is told of by `asked` itself: unheard here, it would end the process.
  const shortened = asked.then((speaks) => (speaks ? sleep(silentAfterLegacy) : never()), never);
  const discovered = withChild(ports, (child) =>
    Promise.race([discover(child, ports.startup), shortened.then(() => undefined)]),
  );
  const [legacy, discovery] = await Promise.all([asked, discovered]);
  const unserved = discovery?.kind === "unusable" ? { unserved: discovery.supported } : {};
  return { legacy, modern: discovery?.kind === "modern", ...unserved };
}

async function withChild<Found>(
  { startChild }: EraProbePorts,
  ask: (child: ProbeChild) => Promise<Found>,
): Promise<Found> {
  const child = await startProbeChild(startChild);
  try {
    return await ask(child);
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

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
