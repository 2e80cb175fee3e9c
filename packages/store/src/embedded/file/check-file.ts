import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { arch, endianness } from "node:os";
import { type Meta, metaSize, parseMeta } from "./pages.ts";
import { type Read, Walk } from "./walk.ts";

/** The file of an embedded store is not whole. `message` says what to do. */
export class StoreDamaged extends Error {
  override readonly name = "StoreDamaged";
  readonly code = "STORE_DAMAGED";
  readonly file: string;

  constructor(file: string, found: string) {
    super(
      `The store ${file} is damaged: ${found}. Move that file away and start again, with an empty one; then ` +
        "`just restore` puts back what a backup holds (docs/storage.md).",
    );
    this.file = file;
  }
}

/**
 * Looks at every page that a store's file leads to, before LMDB maps it, where a page that is missing or is another ends
 * the process by a signal. Reads without waiting: at a start it holds nobody up. Throws StoreDamaged, and what the file
 * system throws.
 */
export function checkFile(path: string): void {
  if (endianness() !== "LE" || !["x64", "arm64"].includes(arch())) return; // laid out in another way
  const descriptor = openSync(path, "r");
  try {
    const read: Read = (at, length) => {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, at));
    };
    const found = damageIn(read, fstatSync(descriptor).size);
    if (found !== undefined) throw new StoreDamaged(path, found);
  } finally {
    closeSync(descriptor);
  }
}

function damageIn(read: Read, size: number): string | undefined {
  if (size === 0) return "it is empty";
  const meta = newestMeta(read);
  return typeof meta === "string" ? meta : new Walk(meta, size, read).damage();
}

// Transactions write the two by turns, last of all: what the newer one leads to was on the disk before it.
function newestMeta(read: Read): Meta | string {
  const first = parseMeta(read(0, metaSize));
  if (typeof first === "string") return first;
  const second = parseMeta(read(first.pageSize, metaSize));
  if (typeof second === "string") return second;
  if (first.pageSize !== second.pageSize) return "its first pages contradict each other";
  return second.transaction > first.transaction ? second : first;
}
