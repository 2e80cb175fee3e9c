import { createWriteStream, renameSync, rmSync, type WriteStream } from "node:fs";
import type { Readable } from "node:stream";

const mostBytes = 5_000_000;

/** A process's log: everything it prints, from this start on; at most twice `mostBytes` of it are kept. */
export interface LogFile {
  /** Drains a stream into the file. */
  drain(stream: Readable): void;
  close(): void;
}

/** Opens `path` anew, for its owner alone. A disk that is full or gone loses lines and stops nobody. */
export function openLogFile(path: string): LogFile {
  rmSync(path, { force: true });
  let file = open(path);
  let written = 0;
  const write = (chunk: Buffer) => {
    if (written > mostBytes) {
      file.end();
      renameSync(path, `${path}.1`);
      file = open(path);
      written = 0;
    }
    written += chunk.length;
    file.write(chunk);
  };
  return {
    drain: (stream) => void stream.on("data", write).on("error", () => {}),
    close: () => void file.end(),
  };
}

function open(path: string): WriteStream {
  return createWriteStream(path, { mode: 0o600 }).on("error", () => {});
}
