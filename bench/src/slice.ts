import autocannon from "autocannon";
import type { Program } from "./program.ts";

/** One contender's way to be asked. */
export interface Contender {
  readonly name: string;
  readonly program: Program;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a slice of load is put on. */
export interface Load {
  readonly connections: number;
  readonly seconds: number;
}

/** What one short slice showed. */
export interface Slice {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of CPU of the contender's process a request; undefined where it cannot be read. */
  readonly cpuPerRequest: number | undefined;
}

/** Puts load on a contender. Throws when an answer is not 2xx: a refusal is not a fast answer. */
export async function measureSlice({ name, program, url, headers }: Contender, load: Load): Promise<Slice> {
  const before = program.cpuSeconds();
  const result = await autocannon({ url, headers, connections: load.connections, duration: load.seconds });
  const after = program.cpuSeconds();
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0 || result["2xx"] === 0) throw new Error(`${name}: ${bad} answers were not 2xx`);
  return {
    requestsPerSecond: result["2xx"] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpuPerRequest: before === undefined || after === undefined ? undefined : ((after - before) / result["2xx"]) * 1e6,
  };
}
