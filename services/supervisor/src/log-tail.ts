import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

const mostBytes = 1_000_000; // read back from the end, for the last lines
const portion = 65_536;

/** A log file that is read while it grows. It may be begun anew, by another start or because it was full. */
export interface LogTail {
  /** The whole lines that came since the last call; at the first one, the last `lines` of what is there. */
  read(): readonly string[];
}

/** Reads a log from its last `lines` lines on; of one that is not there yet, nothing. */
export function tailLog(path: string, lines: number): LogTail {
  let inode: number | undefined;
  let position = 0;
  let rest = "";
  let isFirst = true;
  let decoder = new StringDecoder("utf8");
  const begin = (ino: number, at: number) => {
    [inode, position, rest, decoder] = [ino, at, "", new StringDecoder("utf8")];
  };
  const readFrom = (fd: number) => {
    const { ino, size } = fstatSync(fd);
    const isCut = isFirst && size > mostBytes;
    if (ino !== inode || size < position) begin(ino, isCut ? size - mostBytes : 0);
    for (const buffer = Buffer.alloc(portion); position < size; ) {
      const count = readSync(fd, buffer, 0, portion, position);
      if (count === 0) break;
      position += count;
      rest += decoder.write(buffer.subarray(0, count));
    }
    const found = rest.split("\n");
    rest = found.pop() ?? "";
    const whole = isCut ? found.slice(1) : found;
    const shown = isFirst ? whole.slice(-lines) : whole;
    isFirst = false;
    return shown;
  };
  return {
    read: () => {
      const fd = open(path);
      if (fd === undefined) return [];
      try {
        return readFrom(fd);
      } finally {
        closeSync(fd);
      }
    },
  };
}

function open(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
