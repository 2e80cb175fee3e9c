import { readFileSync } from "node:fs";
import { ConfigError } from "../problem.ts";

/**
 * Adds the variables that are given by files, as Docker gives secrets: NAME_FILE names a file whose text, less one newline at its
 * end, is the value of NAME. A variable that is set itself wins; an empty file sets nothing.
 * @throws ConfigError naming each file that cannot be read
 */
export function readVariableFiles(
  schema: { readonly shape: Readonly<Record<string, unknown>> },
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const named = Object.keys(schema.shape).filter((name) => !env[name] && env[`${name}_FILE`]);
  const problems = named.flatMap((name) => problemOf(`${name}_FILE`, env[`${name}_FILE`] ?? ""));
  if (problems.length > 0) throw new ConfigError("environment", problems);
  const values = named.map((name) => [name, textOf(env[`${name}_FILE`] ?? "")]);
  return { ...env, ...Object.fromEntries(values) };
}

function problemOf(at: string, file: string) {
  try {
    textOf(file);
    return [];
  } catch (error) {
    return [{ at, found: `${file} (${(error as NodeJS.ErrnoException).code})`, allowed: "a file that can be read" }];
  }
}

function textOf(file: string): string {
  return readFileSync(file, "utf8").replace(/\n$/, "");
}
