import { Writable } from "node:stream";
import { createLogger, type Logger } from "@gateway/telemetry";
import { Credentials } from "./credentials.ts";

/** The log of one test file, searched at its end. */
export interface WatchedLog {
  /** Every credential that went over HTTP in this test file. */
  readonly seen: Credentials;
  /** A log at its most talkative, as the service writes it; `log` gets its lines. */
  readonly openLog: (log?: string[]) => Logger;
  /** Also what a process of its own has printed is searched. */
  readonly keepForSearch: (printed: Buffer | string) => void;
}

/**
 * Watches what a service writes in one test file (security.md 28, decision 46).
 * @param atEnd the test runner's hook; what it is given throws LeakedCredential
 */
export function watchLog(service: string, atEnd: (search: () => void) => void): WatchedLog {
  const seen = new Credentials();
  const written: string[] = [];
  const keepForSearch = (printed: Buffer | string) => void written.push(`${printed}`);
  atEnd(() => seen.requireNoneIn({ "the log": written.join("") }));
  return {
    seen,
    keepForSearch,
    openLog(log = []) {
      const stream = new Writable({
        write(chunk, _encoding, done) {
          log.push(`${chunk}`);
          keepForSearch(chunk);
          done();
        },
      });
      return createLogger({ service, level: "debug", stream });
    },
  };
}
