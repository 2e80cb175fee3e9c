/**
 * How LMDB's file (data version 2, 64-bit, little-endian) is laid out, as far as telling a sound one takes: `MDB_page`,
 * `MDB_meta`, `MDB_db` and `MDB_node` of liblmdb's mdb.c. All is read from buffers, within their bounds.
 */

/** Bytes. */
const headerSize = 24;
const nodeHeaderSize = 8;
const treeSize = 48;
const overflowSize = 24;

export const metaSize = 168;

const magic = 0xbeefc0de;
const dataVersion = 2;
const pageFlags = { branch: 0x01, leaf: 0x02, overflow: 0x04, meta: 0x08 };
const nodeFlags = { inline: 0, overflow: 0x01, tree: 0x02 };

/** A B-tree: its root page, undefined where it is empty; how many levels of pages and how many entries it has. */
export interface Tree {
  readonly root: number | undefined;
  readonly depth: number;
  readonly entries: number;
}

/** A snapshot of the whole file. */
export interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
  /** The pages that are free again. */
  readonly free: Tree;
  /** The names of the tables. */
  readonly main: Tree;
}

/** What hangs on a key. */
export type Content =
  | { readonly kind: "inline"; readonly value: Buffer }
  /** On pages of its own, behind the header of the first. */
  | { readonly kind: "overflow"; readonly page: number; readonly pages: number; readonly size: number }
  | { readonly kind: "tree"; readonly tree: Tree };

/** The meta page that begins the buffer; a string says what is wrong with it. */
export function parseMeta(page: Buffer): Meta | string {
  if (page.length < metaSize) return "it ends within its first pages";
  if ((page.readUInt16LE(18) & pageFlags.meta) === 0 || page.readUInt32LE(headerSize) !== magic) {
    return "it does not begin as an LMDB file does";
  }
  const version = page.readUInt16LE(headerSize + 4);
  if (version !== dataVersion) return `its format is ${version}, this version reads ${dataVersion}`;
  const pageSize = page.readUInt32LE(headerSize + 24);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return "its page size is impossible";
  return {
    pageSize,
    free: parseTree(page, headerSize + 24),
    main: parseTree(page, headerSize + 24 + treeSize),
    lastPage: readNumber(page, headerSize + 24 + 2 * treeSize),
    transaction: readNumber(page, headerSize + 32 + 2 * treeSize),
  };
}

/** Whether it is the page `number`, of the given kind, written by `transaction` or before. */
export function isPage(page: Buffer, number: number, kind: keyof typeof pageFlags, transaction: number): boolean {
  const isOfKind = (page.readUInt16LE(18) & 0x0f) === pageFlags[kind];
  return isOfKind && readNumber(page, 0) === number && readNumber(page, 8) <= transaction;
}

/** How many pages the value takes whose first page this is. */
export function overflowPages(page: Buffer): number {
  return page.readUInt32LE(20);
}

/** The value of `size` bytes that is on these pages of its own. */
export function overflowValue(pages: Buffer, size: number): Buffer {
  return pages.subarray(headerSize, headerSize + size);
}

/** Where the nodes of a branch or a leaf are; undefined when one would lie outside it. */
export function nodesOf(page: Buffer): readonly number[] | undefined {
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  const room = page.length - headerSize;
  if (lower > upper || upper > room || lower % 2 !== 0) return undefined;
  const nodes = Array.from({ length: lower / 2 }, (_, at) => page.readUInt16LE(headerSize + 2 * at));
  const isInside = (node: number) =>
    node >= upper && node + nodeHeaderSize <= room && keyEnd(page, headerSize + node) <= page.length;
  return nodes.every(isInside) ? nodes.map((node) => headerSize + node) : undefined;
}

export function keyOf(page: Buffer, node: number): Buffer {
  return page.subarray(node + nodeHeaderSize, keyEnd(page, node));
}

/** The page that a branch's node leads to. */
export function childOf(page: Buffer, node: number): number {
  return page.readUIntLE(node, 6);
}

/** What a leaf's node holds; undefined when that is none of the things which the store writes, or lies outside. */
export function contentOf(page: Buffer, node: number): Content | undefined {
  const size = page.readUInt32LE(node);
  const flags = page.readUInt16LE(node + 4);
  const start = keyEnd(page, node);
  const fits = (length: number) => start + length <= page.length;
  if (flags === nodeFlags.inline) {
    return fits(size) ? { kind: "inline", value: page.subarray(start, start + size) } : undefined;
  }
  if (flags === nodeFlags.tree) {
    return size === treeSize && fits(treeSize) ? { kind: "tree", tree: parseTree(page, start) } : undefined;
  }
  if (flags !== nodeFlags.overflow || !fits(overflowSize)) return undefined;
  const pages = Math.ceil((headerSize + size) / page.length);
  return { kind: "overflow", page: readNumber(page, start), pages, size };
}

function keyEnd(page: Buffer, node: number): number {
  return node + nodeHeaderSize + page.readUInt16LE(node + 6);
}

function parseTree(page: Buffer, at: number): Tree {
  const root = page.readBigUInt64LE(at + 40);
  return {
    depth: page.readUInt16LE(at + 6),
    entries: readNumber(page, at + 32),
    root: root === 0xffff_ffff_ffff_ffffn ? undefined : Number(root),
  };
}

function readNumber(page: Buffer, at: number): number {
  return Number(page.readBigUInt64LE(at));
}
