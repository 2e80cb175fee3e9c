import {
  type Content,
  childOf,
  contentOf,
  isPage,
  keyOf,
  type Meta,
  nodesOf,
  overflowPages,
  overflowValue,
  type Tree,
} from "./pages.ts";

/** Bytes of the file from a place on; fewer at its end. */
export type Read = (at: number, length: number) => Buffer;

/** What a tree's keys and values are. */
interface Holding {
  readonly order: (one: Uint8Array, other: Uint8Array) => number;
  /** Values are JSON, in which no byte is zero, as those of a block that was lost are. */
  readonly text: boolean;
}

const tables: Holding = { order: Buffer.compare, text: true };
/** By transaction, a number of eight bytes. */
const freePages: Holding = {
  order: (one, other) => Buffer.compare(Buffer.from(one).reverse(), Buffer.from(other).reverse()),
  text: false,
};

/** How far a walk through one tree has come. */
interface Reached extends Holding {
  entries: number;
  last: Uint8Array | undefined;
}

/** A walk through the trees of one snapshot in a file of `size` bytes, once. */
export class Walk {
  readonly #meta: Meta;
  readonly #read: Read;
  /** By page: 1 where something was there already. */
  readonly #used: Uint8Array;

  constructor(meta: Meta, size: number, read: Read) {
    this.#meta = meta;
    this.#read = read;
    this.#used = new Uint8Array(Math.min(meta.lastPage + 1, Math.floor(size / meta.pageSize)));
    this.#used.fill(1, 0, 2); // the meta pages
  }

  /** What is wrong first; undefined where all is sound. */
  damage(): string | undefined {
    return this.#tree(this.#meta.free, freePages) ?? this.#tree(this.#meta.main, tables);
  }

  #tree({ root, depth, entries }: Tree, holding: Holding): string | undefined {
    if (root === undefined) return entries === 0 ? undefined : "a table has lost its first page";
    const reached: Reached = { ...holding, entries: 0, last: undefined };
    const found = this.#page(root, depth, reached);
    if (found !== undefined) return found;
    return reached.entries === entries ? undefined : `a table has ${reached.entries} entries instead of ${entries}`;
  }

  #page(number: number, depth: number, reached: Reached): string | undefined {
    const missing = this.#take(number, 1);
    if (missing !== undefined) return missing;
    const page = this.#read(number * this.#meta.pageSize, this.#meta.pageSize);
    const kind = depth === 1 ? "leaf" : "branch";
    const nodes = isPage(page, number, kind, this.#meta.transaction) && nodesOf(page);
    if (!nodes || nodes.length === 0) return `page ${number} is not what belongs there`;
    if (kind === "branch") return firstOf(nodes, (node) => this.#page(childOf(page, node), depth - 1, reached));
    return firstOf(nodes, (node) => {
      if (!isNext(reached, keyOf(page, node))) return `page ${number} is out of order`;
      return this.#content(contentOf(page, node), number, reached);
    });
  }

  #content(content: Content | undefined, number: number, { text }: Holding): string | undefined {
    const broken = `page ${number} holds what does not belong there`;
    if (content === undefined) return broken;
    if (content.kind === "tree") return this.#tree(content.tree, tables);
    if (content.kind === "inline") return text && content.value.includes(0) ? broken : undefined;
    const { page, pages, size } = content;
    const missing = this.#take(page, pages);
    if (missing !== undefined) return missing;
    const bytes = this.#read(page * this.#meta.pageSize, pages * this.#meta.pageSize);
    const isWhole = isPage(bytes, page, "overflow", this.#meta.transaction) && overflowPages(bytes) === pages;
    if (isWhole && !(text && overflowValue(bytes, size).includes(0))) return undefined;
    return `page ${page} is not what belongs there`;
  }

  /** Each page has one place alone, which also bounds the walk. */
  #take(number: number, pages: number): string | undefined {
    if (!Number.isSafeInteger(number) || number + pages > this.#used.length) {
      return `it ends before page ${number}, which it needs`;
    }
    const places = this.#used.subarray(number, number + pages);
    if (places.includes(1)) return `page ${number} is in two places`;
    places.fill(1);
    return undefined;
  }
}

function isNext(reached: Reached, key: Uint8Array): boolean {
  const { last, order } = reached;
  reached.last = key;
  reached.entries += 1;
  return last === undefined || order(last, key) < 0;
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
