import { type Path, type Report, refuse, warn } from "./report.ts";

const placeholder = /\$\{([^{}]*)\}/g;

/** What `fillPlaceholders` puts in. */
export const chosenAtStart: readonly string[] = ["PORT", "DATA_DIR"];

/** How one text is treated. */
export interface PlaceholderRules {
  /** The gateway's variables. */
  readonly env: NodeJS.ProcessEnv;
  readonly report: Report;
  /** What looks like a placeholder and is none: arguments may be a program's text, and keep it with a warning. */
  readonly others: "refused" | "kept";
  /** The names that stay for whoever starts the program: those of `fillPlaceholders` unless given. */
  readonly later?: readonly string[];
}

/** Puts the gateway's variables in the place of `${env:X}`, and notes what cannot be resolved. */
export function resolvePlaceholders(text: string, at: Path, rules: PlaceholderRules): string {
  const { env, report, others, later = chosenAtStart } = rules;
  return text.replace(placeholder, (written: string, content: string) => {
    const [, kind, name = ""] = /^(env|input):(.*)$/.exec(content) ?? [];
    if (kind === "env") return variableValue(name, written, at, env, report);
    if (later.includes(content)) return written;
    if (kind === "input") refuse(report, at, written, insteadOfPrompt(variableName(name)));
    else if (others === "refused") refuse(report, at, written, ["env:X", ...later].map(asPlaceholder).join(", "));
    else warn(report, at, `${written} is passed on as written; \${env:X} stands for a variable of the gateway`);
    return written;
  });
}

function variableValue(name: string, written: string, at: Path, env: NodeJS.ProcessEnv, report: Report): string {
  const value = env[name];
  if (value === undefined || value === "") refuse(report, at, written, `a variable that is set: add ${name}=… to .env`);
  return value ?? "";
}

function variableName(input: string): string {
  return input.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}

function insteadOfPrompt(variable: string): string {
  return `no prompt: set ${variable} in .env and write ${asPlaceholder(`env:${variable}`)}`;
}

function asPlaceholder(content: string): string {
  return `\${${content}}`;
}
