import type { Logger } from "@gateway/telemetry";
import type { Metrics } from "../metrics/metrics.ts";

const linesAMinute = 10;
const shownCharacters = 200;

interface NoisePorts {
  readonly metrics: Pick<Metrics, "skippedLines">;
  readonly logger: Logger;
}

/**
 * Counts lines of MCP servers that are no JSON-RPC, and logs a few a minute, with how many were left out since.
 * What looks like a damaged message is not shown: it may hold a call's arguments.
 */
export function reportNoise({ metrics, logger }: NoisePorts, now: () => number = Date.now): (line: string) => void {
  let minute = 0;
  let count = 0;
  return (line) => {
    metrics.skippedLines += 1;
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      if (count > linesAMinute)
        logger.warn("more lines of the MCP server were no JSON-RPC", { lines: count - linesAMinute });
      minute = current;
      count = 0;
    }
    count += 1;
    if (count > linesAMinute) return;
    const text = /^\s*[[{]/.test(line) ? undefined : line.slice(0, shownCharacters);
    logger.warn("line of the MCP server is no JSON-RPC", { length: line.length, text });
  };
}
