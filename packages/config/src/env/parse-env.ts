import type { z } from "zod";
import { ConfigError, type Problem, renderFound } from "../problem.ts";
import { aliasOf, isSecret } from "./variables.ts";

/**
 * Reads the variables a schema names; others are not looked at. An empty value means unset.
 * @throws ConfigError with every problem, each naming the variable, what was found (no secret) and what is allowed
 */
export function parseEnv<Shape extends z.ZodRawShape, Out>(
  schema: z.ZodType<Out> & { readonly shape: Shape },
  env: NodeJS.ProcessEnv,
): Readonly<Out> {
  const given: Record<string, string> = {};
  const names: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const found = [name, aliasOf(schema.shape[name]) ?? name].find((each) => env[each]);
    if (found === undefined) continue;
    names[name] = found;
    given[name] = env[found] as string;
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(
    "environment",
    result.error.issues
      .map((issue) => problemOf(schema.shape, given, issue))
      .map((problem) => ({ ...problem, at: names[problem.at] ?? problem.at })),
  );
}

function problemOf(shape: z.ZodRawShape, given: Readonly<Record<string, string>>, issue: z.core.$ZodIssue): Problem {
  const name = String(issue.path[0] ?? "environment");
  const value = given[name];
  const allowed =
    value === undefined && issue.code === "invalid_type" ? allowedWhenMissing(shape, name) : issue.message;
  if (value === undefined) return { at: name, allowed };
  return { at: name, found: isSecret(shape[name]) ? "a value that is not shown" : renderFound(value), allowed };
}

function allowedWhenMissing(shape: z.ZodRawShape, name: string): string {
  const description = (shape[name] as z.ZodType | undefined)?.description;
  return description ?? "a value: it has no default";
}
