import {
  checkParameterHeaders,
  type ModernRefusal,
  type ParameterHeader,
  type Params,
  parameterHeadersOf,
  requiresTask,
} from "@gateway/protocol";
import type { Outcome } from "../child/calls.ts";
import type { ServingChild } from "./serving-child.ts";

/** Pages of one list, and tools, that are looked at. */
const mostPages = 50;
const mostTools = 10_000;
/** Names that a server does not have make it list its tools at most so often, in milliseconds. */
const oftenest = 5_000;

/** Which headers the tools of one child ask for, and which only run as tasks (mcp-wire.md §5.4). Others are not kept. */
export class ToolSchemas {
  readonly #ask: ServingChild["ask"];
  #known: Promise<ReadonlyMap<string, readonly ParameterHeader[]>> | undefined;
  /** What `#known` led to, unless it was forgotten since. */
  #headers: ReadonlyMap<string, readonly ParameterHeader[]> | undefined;
  #names: ReadonlySet<string> = new Set();
  #tasks: ReadonlySet<string> = new Set();
  #listedAt = 0;

  constructor(ask: ServingChild["ask"]) {
    this.#ask = ask;
  }

  /** The child's tools are different now. */
  forget(): void {
    this.#known = undefined;
    this.#headers = undefined;
  }

  /** Whether a call can be checked without asking the child. */
  knows({ name }: Params): boolean {
    return this.#headers !== undefined && this.#names.has(String(name));
  }

  /** Checks the headers of a call to a tool that is known. */
  checkKnown(params: Params, header: (name: string) => string | undefined): ModernRefusal | undefined {
    const declared = this.#headers?.get(String(params.name));
    return declared && checkParameterHeaders(declared, params.arguments, header);
  }

  /** Checks the headers of a call; a tool that cannot be found out about is called without. */
  async check(params: Params, header: (name: string) => string | undefined): Promise<ModernRefusal | undefined> {
    const name = String(params.name);
    if (this.#known === undefined || (!this.#names.has(name) && Date.now() - this.#listedAt > oftenest)) {
      this.#listedAt = Date.now();
      this.#known = this.#list();
    }
    const known = this.#known;
    const headers = await known;
    if (this.#known === known) this.#headers = headers;
    const declared = headers.get(name);
    return declared && checkParameterHeaders(declared, params.arguments, header);
  }

  /** Whether a tool only runs as a task, as far as the last check found out. */
  requiresTask(name: string): boolean {
    return this.#tasks.has(name);
  }

  async #list(): Promise<ReadonlyMap<string, readonly ParameterHeader[]>> {
    const tools = await this.#tools();
    this.#names = new Set(tools.keys());
    this.#tasks = new Set([...tools].filter(([, tool]) => requiresTask(tool)).map(([name]) => name));
    const headers = [...tools].map(([name, { inputSchema }]) => [name, parameterHeadersOf(inputSchema) ?? []] as const);
    return new Map(headers.filter(([, declared]) => declared.length > 0));
  }

  /** All that the child lists, by their names. */
  async #tools(): Promise<ReadonlyMap<string, Params>> {
    const found = new Map<string, Params>();
    let cursor: unknown;
    for (let page = 0; page < mostPages && found.size < mostTools; page += 1) {
      const result = resultOf(await this.#ask("tools/list", cursor === undefined ? {} : { cursor }));
      for (const tool of Array.isArray(result?.tools) ? result.tools : []) {
        const { name } = (tool ?? {}) as Params;
        if (typeof name === "string") found.set(name, tool as Params);
      }
      cursor = result?.nextCursor;
      if (typeof cursor !== "string") break;
    }
    return found;
  }
}

function resultOf(outcome: Outcome): Params | undefined {
  return outcome.kind === "answered" ? outcome.response.result : undefined;
}
