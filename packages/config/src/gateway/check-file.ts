import { z } from "zod";
import { findClosest } from "../did-you-mean.ts";
import { type Problem, renderFound } from "../problem.ts";
import { GatewayFile } from "./file-schema.ts";
import { renderPath, valueAt } from "./path.ts";

/** Checks the shape of a gateway.json: the keys and the types. */
export function checkGatewayFile(value: unknown): { file: GatewayFile } | { problems: readonly Problem[] } {
  const result = GatewayFile.safeParse(value);
  if (result.success) return { file: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(value, issue)) };
}

function problemsOf(value: unknown, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(value, issue.path, key));
  if (issue.code === "invalid_key") return [badName(issue)];
  const found = valueAt(value, issue.path);
  return [
    {
      at: renderPath(issue.path),
      ...(found === undefined ? {} : { found: mayBeSecret(issue.path) ? `a ${typeof found}` : renderFound(found) }),
      allowed: issue.message,
    },
  ];
}

/** A name that the key of an object must not have. */
function badName({ path, issues: [reason], message }: z.core.$ZodIssueInvalidKey): Problem {
  return { at: renderPath(path), found: renderFound(path.at(-1)), allowed: reason?.message ?? message };
}

/** The values of `env`, `headers` and `secret` are where people write keys and tokens. */
function mayBeSecret(path: readonly PropertyKey[]): boolean {
  return path[2] === "env" || path[2] === "headers" || path.at(-1) === "secret";
}

function unknownKey(value: unknown, path: readonly PropertyKey[], key: string): Problem {
  const schema = schemaAt(GatewayFile, path);
  return {
    at: renderPath([...path, key]),
    found: `the key ${renderFound(key)}`,
    allowed: reasonAgainst(value, path, key) ?? knownKeys(schema, key),
  };
}

function knownKeys(schema: z.core.$ZodType | undefined, key: string): string {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const closest = findClosest(key, known);
  return `${closest === undefined ? "" : `did you mean ${closest}? The keys here are `}${known.join(", ")}`;
}

function reasonAgainst(value: unknown, path: readonly PropertyKey[], key: string): string | undefined {
  if (path.length === 0 && key === "inputs") return "no inputs: write ${env:X} where one is used, and set X in .env";
  const isUrlServer = path.at(-1) === "gateway" && valueAt(value, [...path.slice(0, -1), "url"]) !== undefined;
  return isUrlServer && proxyOnlyKeys.some((each) => each === key) ? proxyOnlyReason(key) : undefined;
}

/** What only a proxy enforces. */
export const proxyOnlyKeys = [
  ...["tools", "scopes", "sessions", "limits"],
  ...["userEnv", "era", "facade", "sharing", "leases", "cache", "replicas"],
] as const;

/** Why a server with a `url` cannot have what only a proxy enforces. */
export function proxyOnlyReason(key: string): string {
  return `${key} only for a server without url: what a url server is sent passes no proxy that could hold it to ${key}`;
}

/** The schema of what stands at a path. */
function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  return path.reduce<z.core.$ZodType | undefined>((inner, step) => stepInto(inner, step), schema);
}

function stepInto(schema: z.core.$ZodType | undefined, step: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return unwrapped((schema.shape as z.ZodRawShape)[String(step)]);
  if (schema instanceof z.ZodRecord) return unwrapped(schema.valueType);
  if (schema instanceof z.ZodArray) return unwrapped(schema.element as z.core.$ZodType);
  return undefined;
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema;
}
