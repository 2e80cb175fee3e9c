import { dirname, resolve } from "node:path";
import { parseEnv as parseEnvFile } from "node:util";
import { insteadOfAbsentPackage } from "../absent-package.ts";
import type { Program } from "./gateway-config.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { chosenAtStart, resolvePlaceholders } from "./placeholders.ts";
import { type Path, type Report, refuse, refuseUnseen } from "./report.ts";
import type { ServerEntry } from "./schema/server-entry.ts";

/** Stands in variables for the user whom a process serves (`userEnv`). */
const userPlaceholder = "MCP_USER_ID";
const userVariable = `\${${userPlaceholder}}`;

/** What an entry starts: argv, environment, folder. */
export function toProgram(entry: ServerEntry, at: Path, context: GatewayContext, report: Report): Program {
  const { env } = context;
  const argument = (text: string, path: Path) => resolvePlaceholders(text, path, { env, report, others: "kept" });
  const program = argument(entry.command ?? "(none)", [...at, "command"]);
  const args = (entry.args ?? []).map((text, index) => argument(text, [...at, "args", index]));
  checkArgv([program, ...args], at, report);
  const cwd = entry.cwd && resolvePlaceholders(entry.cwd, [...at, "cwd"], { env, report, others: "refused" });
  return {
    command: [program, ...args],
    env: toEnvironment(entry, at, context, report),
    ...([entry.command, ...(entry.args ?? [])].some((text) => text?.includes("${env:")) ? { usesVariables: true } : {}),
    ...(cwd ? { cwd: cwd.startsWith("${") ? cwd : resolve(dirname(context.file), cwd) } : {}),
  };
}

function checkArgv(argv: readonly string[], at: Path, report: Report): void {
  if (argv[0]?.trim() === "") refuse(report, [...at, "command"], argv[0], "a program, such as npx, uvx or node");
  argv.forEach((argument, index) => {
    const path = index === 0 ? [...at, "command"] : [...at, "args", index - 1];
    if (argument.includes("\0")) refuse(report, path, argument, "text without NUL: no program can be given it");
    const instead = insteadOfAbsentPackage(argument);
    if (instead !== undefined) refuse(report, path, argument, instead);
  });
}

/** An entry's own environment: `env` over `envFile`. */
export function toEnvironment(
  entry: ServerEntry,
  at: Path,
  context: GatewayContext,
  report: Report,
): Record<string, string> {
  const { env } = context;
  const own = Object.entries(entry.env ?? {}).map(([name, value]) => {
    const path = [...at, "env", name];
    if (!/^[^=\0]+$/.test(name)) refuse(report, path, name, "a variable's name, without =");
    if (value.includes("\0")) refuseUnseen(report, path, "text without NUL: no program can be given it");
    const later = [...chosenAtStart, userPlaceholder];
    return [name, resolvePlaceholders(value, path, { env, report, others: "refused", later })] as const;
  });
  const all = Object.fromEntries([...readEnvFile(entry, at, context, report), ...own]);
  checkUserPlaceholder(all, entry, at, report);
  return all;
}

/** The proxy fills it in, for each process; where a process serves more than one user, or has no proxy, nobody could. */
function checkUserPlaceholder(env: Readonly<Record<string, string>>, entry: ServerEntry, at: Path, report: Report) {
  if (entry.gateway?.userEnv === true && entry.url === undefined) return;
  for (const [name, value] of Object.entries(env)) {
    if (!value.includes(userVariable)) continue;
    const path = [...at, "env", name];
    if (entry.url !== undefined) refuse(report, path, userVariable, "it only for a server without url");
    else refuse(report, path, userVariable, 'it only with "userEnv": true in gateway: then a process has one user');
  }
}

function readEnvFile(entry: ServerEntry, at: Path, context: GatewayContext, report: Report): [string, string][] {
  if (entry.envFile === undefined) return [];
  const path = [...at, "envFile"];
  const named = resolvePlaceholders(entry.envFile, path, { env: context.env, report, others: "refused" });
  try {
    const variables = parseEnvFile(context.readFile(resolve(dirname(context.file), named)));
    return Object.entries(variables).map(([name, value = ""]) => [name, value]);
  } catch (error) {
    refuse(report, path, entry.envFile, `a file that can be read (${(error as NodeJS.ErrnoException).code})`);
    return [];
  }
}
