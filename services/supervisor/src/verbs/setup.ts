import { join } from "node:path";
import { parseEnv } from "node:util";
import { DeploymentEnv, parseEnv as parseSettings, setVariables } from "@gateway/config";
import { type Command, type CommandContext, CommandFailed, parseArguments, print, type Terminal } from "../command.ts";
import { writePrivately } from "../data-dir.ts";
import { madeSecret } from "../docker/run-files.ts";
import { callbackUrl } from "../domain/deployment.ts";
import type { Environment } from "../domain/service-environment.ts";
import { furtherSettings, type Question, questions, unanswered } from "../domain/setup.ts";
import { makeSecret } from "../secrets.ts";
import { readDotEnv, readSettings } from "../settings.ts";

const usage = "setup [--non-interactive]";

export const setup: Command = {
  usage,
  help:
    "Asks for what the gateway needs, makes its secrets, and writes both into .env (mode 0600); what is there stays.\n" +
    "--non-interactive takes the answers from the environment, and exits with 1 naming what is missing. Settings of the stack that\n" +
    "the environment has (TLS, ROUTING, ports, images) are written too.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, { "non-interactive": { type: "boolean" } }, usage);
    if (positionals.length > 0) throw new CommandFailed(`Use: just ${usage}`);
    const { terminal, folder } = context;
    const text = readDotEnv(folder);
    const kept = parseEnv(text) as Environment;
    if (terminal === undefined && !values["non-interactive"]) {
      throw new CommandFailed(
        "There is no terminal to ask on. Set the answers in the environment: just setup --non-interactive",
      );
    }
    const { url, dataDir } = readSettings(context.env, folder);
    const answers =
      values["non-interactive"] || terminal === undefined
        ? given(kept, context)
        : await askAll(kept, terminal, context, url);
    const known = { ...kept, ...furtherOf({ ...kept, ...answers }, context.env), ...answers };
    if (known.BASE_DOMAIN) parseSettings(DeploymentEnv, known);
    const added = Object.entries({ ...known, ...missingSecrets(known, dataDir) });
    const written = Object.fromEntries(added.filter(([name, value]) => value !== "" && kept[name] !== value));
    if (Object.keys(written).length > 0) writePrivately(join(folder, ".env"), setVariables(text, written));
    print(context, report(written, { ...kept, ...written }, url));
    return 0;
  },
};

/** The answers that `.env` or else the environment has. @throws {CommandFailed} naming all that are missing or wrong */
function given(kept: Environment, { env }: CommandContext): Environment {
  const answers = Object.fromEntries(questions.map(({ name }) => [name, kept[name] || env[name] || ""]));
  const problems = unanswered(answers);
  if (problems.length === 0) return answers;
  throw new CommandFailed(
    `${problems.join("\n")}\nNothing was written. Set these in the environment, or run: just setup`,
  );
}

async function askAll(
  kept: Environment,
  terminal: Terminal,
  context: CommandContext,
  url: string,
): Promise<Environment> {
  const answers: Record<string, string> = { ...kept };
  for (const question of questions) {
    if (!question.isAsked(answers)) continue;
    if (question.name === "GITHUB_CLIENT_ID" && !answers.GITHUB_CLIENT_ID) print(context, aboutApp(answers, url));
    const there = answers[question.name] ?? "";
    if (there !== "" && question.problem(there) === undefined) print(context, [`${question.name}: kept`]);
    else answers[question.name] = await ask(question, answers, terminal, context);
  }
  return Object.fromEntries(questions.map(({ name }) => [name, answers[name] ?? ""]));
}

async function ask(
  question: Question,
  answers: Environment,
  terminal: Terminal,
  context: CommandContext,
): Promise<string> {
  const offered = question.isSecret ? undefined : context.env[question.name];
  for (;;) {
    const text = `${question.text}${offered ? ` [${offered}]` : ""}: `;
    const said =
      (await (question.isSecret ? terminal.askSecretly(text) : terminal.ask(text))).trim() || (offered ?? "");
    if (said === "" && !question.isNeeded(answers)) return "";
    const problem = said === "" ? "This is needed." : question.problem(said);
    if (problem === undefined) return said;
    print(context, [problem]);
  }
}

function aboutApp(answers: Environment, url: string): string[] {
  return [
    "People sign in with GitHub. Make an OAuth app (GitHub: Settings, Developer settings, OAuth Apps) with exactly this",
    `callback URL: ${callbackUrl(answers, url)}`,
    ...(answers.BASE_DOMAIN
      ? []
      : ["Without one (empty) a local page signs in whoever can reach this machine's loopback."]),
  ];
}

/** Settings of a deployed stack that nobody is asked for. */
function furtherOf(known: Environment, env: NodeJS.ProcessEnv): Environment {
  if (!known.BASE_DOMAIN) return {};
  const names = furtherSettings.filter((name) => !known[name]);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/**
 * What only the gateway itself has to know. Local mode keeps its own in the data folder; of a stack that ran without setup those
 * that it made stay: with others its tokens would end.
 */
function missingSecrets(known: Environment, dataDir: string): Environment {
  if (!known.BASE_DOMAIN) return {};
  const names = ["GATEWAY_JWT_SECRET", "REDIS_PASSWORD"].filter((name) => !known[name]);
  return Object.fromEntries(names.map((name) => [name, madeSecret(dataDir, name) ?? makeSecret()]));
}

function report(written: Environment, all: Environment, url: string): string[] {
  const names = Object.keys(written);
  const next = all.BASE_DOMAIN ? "just check, then just up --docker" : "just up";
  return [
    names.length === 0 ? "Nothing had to be written: .env has all of it." : `Written to .env: ${names.join(", ")}`,
    ...(all.GITHUB_CLIENT_ID ? [`The GitHub app's callback URL must be exactly ${callbackUrl(all, url)}`] : []),
    `Next: ${next}`,
  ];
}
