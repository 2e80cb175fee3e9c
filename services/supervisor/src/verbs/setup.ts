import { join } from "node:path";
import { parseEnv } from "node:util";
import { DeploymentEnv, isOwnRedis, parseEnv as parseSettings, setVariables } from "@gateway/config";
import { type Command, type CommandContext, CommandFailed, parseArguments, print, type Terminal } from "../command.ts";
import { writePrivately } from "../data-dir.ts";
import { madeSecret } from "../docker/run-files.ts";
import { callbackUrl } from "../domain/deployment.ts";
import type { Environment } from "../domain/service-environment.ts";
import {
  furtherSettings,
  placeQuestions,
  type Question,
  questionsWithoutPerson,
  signInQuestions,
  unanswered,
} from "../domain/setup.ts";
import { providersOf, type SignIn, signInOf, signInProblems, signIns } from "../domain/sign-in.ts";
import { makeSecret } from "../secrets.ts";
import { readDotEnv, readSettings } from "../settings.ts";

const usage = "setup [--sign-in github|oidc|both|local] [--non-interactive]";

export const setup: Command = {
  usage,
  help:
    "Asks for what the gateway needs, makes its secrets, and writes both into .env (mode 0600); what is there stays.\n" +
    "--sign-in says how people sign in: with a GitHub app, at an OpenID provider (oidc), both, or on a page of this machine (local).\n" +
    "--non-interactive takes the answers from the environment, and exits with 1 naming what is missing. Settings of the stack that\n" +
    "the environment has (TLS, ROUTING, ports, images) are written too.",
  async run(args, context) {
    const options = { "non-interactive": { type: "boolean" }, "sign-in": { type: "string" } } as const;
    const { values, positionals } = parseArguments(args, options, usage);
    if (positionals.length > 0) throw new CommandFailed(`Use: just ${usage}`);
    const signIn = saidSignIn(values["sign-in"]);
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
        ? given(kept, context, signIn)
        : await askAll({ kept, terminal, context, url, signIn });
    const known = { ...kept, ...furtherOf({ ...kept, ...answers }, context.env), ...answers };
    if (known.BASE_DOMAIN) parseSettings(DeploymentEnv, known);
    const added = Object.entries({ ...known, ...missingSecrets(known, dataDir) });
    const written = Object.fromEntries(added.filter(([name, value]) => value !== "" && kept[name] !== value));
    if (Object.keys(written).length > 0) writePrivately(join(folder, ".env"), setVariables(text, written));
    print(context, report(written, { ...kept, ...written }, url));
    return 0;
  },
};

function saidSignIn(said: string | undefined): SignIn | undefined {
  const signIn = signIns.find((each) => each === said);
  if (said !== undefined && signIn === undefined) throw new CommandFailed(`--sign-in: one of ${signIns.join(", ")}`);
  return signIn;
}

/** The answers that `.env` or else the environment has. @throws {CommandFailed} naming all that are missing or wrong */
function given(kept: Environment, { env }: CommandContext, said: SignIn | undefined): Environment {
  const settingOf = (name: string) => kept[name] || env[name] || "";
  const signIn = said ?? signInOf({ ...env, ...filled(kept) } as Environment) ?? "github";
  const answers = Object.fromEntries(questionsWithoutPerson(signIn).map(({ name }) => [name, settingOf(name)]));
  const site = { BASE_DOMAIN: settingOf("BASE_DOMAIN") };
  const problems = [...signInProblems(signIn, { ...kept, ...site }), ...unanswered(answers, signIn)];
  if (problems.length === 0) return answers;
  throw new CommandFailed(
    `${problems.join("\n")}\nNothing was written. Set these in the environment, or run: just setup`,
  );
}

function filled(settings: Environment): Environment {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== ""));
}

interface Asking {
  readonly kept: Environment;
  readonly terminal: Terminal;
  readonly context: CommandContext;
  readonly url: string;
}

async function askAll(asking: Asking & { readonly signIn: SignIn | undefined }): Promise<Environment> {
  const { kept, context, url, signIn: said } = asking;
  const site = await askEach(placeQuestions, kept, asking);
  const signIn = said ?? signInOf(site) ?? (await askSignIn(site, asking));
  const problems = signInProblems(signIn, site);
  if (problems.length > 0) throw new CommandFailed(`${problems.join("\n")}\nNothing was written.`);
  let answers = site;
  for (const provider of providersOf(signIn)) {
    const asked = signInQuestions(provider);
    if (!answers[asked[0]?.name ?? ""]) print(context, aboutProvider[provider](answers, url));
    answers = await askEach(asked, answers, asking);
  }
  return answers;
}

/** All that is known after these questions. */
async function askEach(
  questions: readonly Question[],
  known: Environment,
  { terminal, context }: Asking,
): Promise<Environment> {
  const answers: Record<string, string> = { ...known };
  for (const question of questions) {
    if (question.isAsked?.(answers) === false) continue;
    const there = answers[question.name] ?? "";
    if (there !== "" && question.problem(there) === undefined) print(context, [`${question.name}: kept`]);
    else answers[question.name] = await ask(question, terminal, context);
  }
  return answers;
}

async function askSignIn({ BASE_DOMAIN }: Environment, { terminal, context }: Asking): Promise<SignIn> {
  const ways = signIns.filter((signIn) => signIn !== "local" || !BASE_DOMAIN);
  const usual = BASE_DOMAIN ? "github" : "local";
  const meaning = BASE_DOMAIN
    ? ""
    : "; local is a page without password, for whoever can reach this machine's loopback";
  for (;;) {
    const said = await terminal.ask(
      `How people sign in: ${ways.join(", ")} (oidc is an OpenID provider${meaning}) [${usual}]: `,
    );
    const signIn = ways.find((each) => each === (said.trim().toLowerCase() || usual));
    if (signIn !== undefined) return signIn;
    print(context, [`Allowed: ${ways.join(", ")}.`]);
  }
}

async function ask(question: Question, terminal: Terminal, context: CommandContext): Promise<string> {
  const offered = question.isSecret ? undefined : context.env[question.name];
  for (;;) {
    const text = `${question.text}${offered ? ` [${offered}]` : ""}: `;
    const said =
      (await (question.isSecret ? terminal.askSecretly(text) : terminal.ask(text))).trim() || (offered ?? "");
    if (said === "" && question.isOptional) return "";
    const problem = said === "" ? "This is needed." : question.problem(said);
    if (problem === undefined) return said;
    print(context, [problem]);
  }
}

/** What a person has to do before the questions about a provider can be answered. */
const aboutProvider: Readonly<Record<"github" | "oidc" | "local", (known: Environment, url: string) => string[]>> = {
  github: (known, url) => [
    "People sign in with GitHub. Make an OAuth app (GitHub: Settings, Developer settings, OAuth Apps) with exactly this",
    `callback URL: ${callbackUrl(known, url)}`,
  ],
  oidc: (known, url) => [
    "People sign in at an OpenID provider. Register this gateway there as a confidential web client (authorization code",
    `flow) with exactly this callback URL: ${callbackUrl(known, url, "oidc")}`,
  ],
  local: () => ["A local page signs in whoever can reach this machine's loopback; it asks for no password."],
};

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
  const needed = ["GATEWAY_JWT_SECRET", ...(isOwnRedis(known.REDIS_URL) ? ["REDIS_PASSWORD"] : [])];
  const names = needed.filter((name) => !known[name]);
  return Object.fromEntries(names.map((name) => [name, madeSecret(dataDir, name) ?? makeSecret()]));
}

function report(written: Environment, all: Environment, url: string): string[] {
  const names = Object.keys(written);
  const next = all.BASE_DOMAIN ? "just check, then just up --docker" : "just up";
  return [
    names.length === 0 ? "Nothing had to be written: .env has all of it." : `Written to .env: ${names.join(", ")}`,
    ...(all.GITHUB_CLIENT_ID ? [`The GitHub app's callback URL must be exactly ${callbackUrl(all, url)}`] : []),
    ...(all.OIDC_ISSUER ? [`The OpenID client's callback URL must be exactly ${callbackUrl(all, url, "oidc")}`] : []),
    `Next: ${next}`,
  ];
}
