import autocannon from "autocannon";
import { loadOnFreshConnections } from "./fresh-connections.ts";
import type { Program } from "./program.ts";

/** One contender's way to be asked. */
export interface Contender {
  readonly name: string;
  readonly program: Program;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What it must answer; 200 unless given. */
  readonly status?: 401;
  /** The next request's Authorization, where each has another. */
  readonly nextAuthorization?: () => string;
}

/** How a slice of load is put on. */
export interface Load {
  readonly connections: number;
  readonly seconds: number;
  /** A new connection for every request. */
  readonly reconnects?: boolean;
}

/** What one short slice showed. */
export interface Slice {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of CPU of the contender's process a request; undefined where it cannot be read. */
  readonly cpuPerRequest: number | undefined;
  /** Of all processors, 0 to 1: what others used meanwhile. Undefined where nobody looked. */
  readonly otherWork?: number | undefined;
}

/** Puts load on a contender. Throws when an answer has another status: a refusal is not a fast answer. */
export async function measureSlice(contender: Contender, load: Load): Promise<Slice> {
  const { name, program, status = 200 } = contender;
  if (load.reconnects) return measureFresh(contender, load);
  const before = program.cpuSeconds();
  const result = await autocannon(optionsOf(contender, load));
  const after = program.cpuSeconds();
  const answered = status === 200 ? result["2xx"] : result["4xx"];
  const others = result["1xx"] + result["2xx"] + result["3xx"] + result["4xx"] + result["5xx"] - answered;
  const bad = others + result.errors + result.timeouts;
  if (bad > 0 || answered === 0) throw new Error(`${name}: ${bad} answers were not ${status}`);
  return {
    requestsPerSecond: answered / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpuPerRequest: cpuPerRequest(before, after, answered),
  };
}

async function measureFresh(contender: Contender, load: Load): Promise<Slice> {
  const before = contender.program.cpuSeconds();
  const { seconds, latencies } = await loadOnFreshConnections(contender, load);
  const after = contender.program.cpuSeconds();
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return {
    requestsPerSecond: latencies.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    cpuPerRequest: cpuPerRequest(before, after, latencies.length),
  };
}

function cpuPerRequest(before: number | undefined, after: number | undefined, requests: number): number | undefined {
  return before === undefined || after === undefined ? undefined : ((after - before) / requests) * 1e6;
}

function optionsOf({ url, headers, nextAuthorization }: Contender, load: Load): autocannon.Options {
  const { connections, seconds } = load;
  const options = { url, headers, connections, duration: seconds };
  if (nextAuthorization === undefined) return options;
  const setupRequest = (request: autocannon.Request) => ({
    ...request,
    headers: { ...headers, authorization: nextAuthorization() },
  });
  return { ...options, requests: [{ setupRequest }] };
}
