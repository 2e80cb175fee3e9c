import { isObject } from "../json/object.ts";
import type { Params } from "../json-rpc/message.ts";
import { type ModernRefusal, mismatch } from "./checks.ts";
import { decodeHeaderValue, plainHeaderValue, undecodable } from "./header-values.ts";

/** An argument of a tool that a header repeats (`x-mcp-header` in its schema). */
export interface ParameterHeader {
  /** Behind `Mcp-Param-`, in lower case. */
  readonly name: string;
  /** Where the argument stands in `arguments`. */
  readonly path: readonly string[];
}

/** RFC 9110 5.6.2 */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;
const parameterPrefix = "mcp-param-";
/** `number` is not in the text, but official fixtures have it. */
const types: ReadonlySet<unknown> = new Set(["integer", "string", "boolean", "number"]);
/** A schema is a server's; a client's request is held up by no more than this. */
const deepest = 32;
const most = 100;

/** Whether a header, by its name in lower case, may repeat an argument of some tool. Pure. */
export function isParameterHeader(header: string): boolean {
  return header.startsWith(parameterPrefix) && token.test(header.slice(parameterPrefix.length));
}

/** The headers that a tool's input schema asks for; undefined where an annotation is not valid: clients drop the tool. Pure. */
export function parameterHeadersOf(inputSchema: unknown): readonly ParameterHeader[] | undefined {
  const found: ParameterHeader[] = [];
  if (!collect(inputSchema, [], found)) return undefined;
  const names = new Set(found.map(({ name }) => name));
  return names.size === found.length ? found : undefined;
}

function collect(schema: unknown, path: readonly string[], found: ParameterHeader[]): boolean {
  const properties = (schema as { properties?: unknown } | null | undefined)?.properties;
  if (typeof properties !== "object" || properties === null) return true;
  if (path.length >= deepest) return false;
  return Object.entries(properties).every(([key, property]) => {
    const { "x-mcp-header": name, type } = (property ?? {}) as Params;
    const here = [...path, key];
    if (name === undefined) return collect(property, here, found);
    if (typeof name !== "string" || !token.test(name) || !types.has(type) || found.length >= most) return false;
    found.push({ name: name.toLowerCase(), path: here });
    return true;
  });
}

/**
 * Checks the `Mcp-Param-*` headers of a call (mcp-wire.md §2.2): where the body has a value its header must say the same.
 * @param header the value of a header, by its name in lower case
 */
export function checkParameterHeaders(
  declared: readonly ParameterHeader[],
  args: unknown,
  header: (name: string) => string | undefined,
): ModernRefusal | undefined {
  for (const { name, path } of declared) {
    const sent = header(`${parameterPrefix}${name}`);
    // Also where nothing is there to compare: whoever reads it on the way must be able to.
    if (sent !== undefined && plainHeaderValue(sent) === undefined) return mismatch(`Mcp-Param-${name} ${undecodable}`);
    const value = valueAt(args, path);
    if (value === undefined || value === null) continue;
    if (sent === undefined) return mismatch(`Mcp-Param-${name} is missing`);
    const decoded = decodeHeaderValue(sent);
    if (decoded === undefined) return mismatch(`Mcp-Param-${name} ${undecodable}`);
    if (!isSame(decoded, value)) return mismatch(`Mcp-Param-${name} is not the argument ${path.join(".")}`);
  }
  return undefined;
}

/** Members of objects alone: no element of a list, and nothing that every object has. */
function valueAt(args: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), args);
}

const decimal = /^-?\d+(\.\d+)?$/;

/** Numbers are compared as numbers: `42.0` is 42. Lists and objects are in no header, nor are integers that not all read alike. */
function isSame(text: string, value: unknown): boolean {
  switch (typeof value) {
    case "number":
      return decimal.test(text) && Number(text) === value && (Number.isSafeInteger(value) || !Number.isInteger(value));
    case "string":
    case "boolean":
      return text === String(value);
    default:
      return false;
  }
}
