import { DeploymentEnv, isSampleValue } from "@gateway/config";
import type { Environment } from "./service-environment.ts";

/** One thing that only a person knows. */
export interface Question {
  readonly name: string;
  readonly text: string;
  /** Not shown while it is typed. */
  readonly isSecret?: boolean;
  /** Whether it has to be answered, given the answers before. */
  readonly isNeeded: (answers: Environment) => boolean;
  /** Whether it is asked at all. */
  readonly isAsked: (answers: Environment) => boolean;
  /** What is wrong with an answer; undefined when it is fine. */
  readonly problem: (answer: string) => string | undefined;
}

const hasDomain = ({ BASE_DOMAIN }: Environment) => Boolean(BASE_DOMAIN);
const hasApp = ({ GITHUB_CLIENT_ID }: Environment) => Boolean(GITHUB_CLIENT_ID);
const always = () => true;
const never = () => false;

function like(pattern: RegExp, allowed: string): Question["problem"] {
  return (answer) => {
    if (isSampleValue(answer)) return "That is a sample value: give your own.";
    return pattern.test(answer) ? undefined : `Allowed: ${allowed}.`;
  };
}

const domain = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;
const users = /^\*$|^\s*[a-z\d]([a-z\d-]{0,38})(\s*,\s*[a-z\d]([a-z\d-]{0,38}))*\s*$/i;

/** What `just setup` asks for, in order. */
export const questions: readonly Question[] = [
  {
    name: "BASE_DOMAIN",
    text: "Domain below which the gateway answers (empty: on this machine only)",
    ...{ isNeeded: never, isAsked: always },
    problem: like(domain, "a domain name in lower case, such as gateway.mydomain.dev"),
  },
  {
    name: "ACME_EMAIL",
    text: "Email address for the certificate authority (may be empty)",
    ...{ isNeeded: never, isAsked: hasDomain },
    problem: like(/^[^@\s]+@[^@\s]+$/, "an email address"),
  },
  {
    name: "GITHUB_CLIENT_ID",
    text: "Client id of the GitHub OAuth app",
    ...{ isNeeded: hasDomain, isAsked: always },
    problem: like(/^\S+$/, "the client id as GitHub shows it"),
  },
  {
    name: "GITHUB_CLIENT_SECRET",
    text: "Its client secret",
    ...{ isSecret: true, isNeeded: hasApp, isAsked: hasApp },
    problem: like(/^\S+$/, "the client secret as GitHub shows it once"),
  },
  {
    name: "ALLOWED_GITHUB_USERS",
    text: "GitHub logins that may sign in, separated by commas (* is everyone)",
    ...{ isNeeded: hasApp, isAsked: hasApp },
    problem: like(users, "logins or numeric ids separated by commas, or *"),
  },
];

/** What else `just setup` keeps in `.env` where the environment has it: a stack is to start alike without that environment. */
export const furtherSettings: readonly string[] = [
  ...Object.keys(DeploymentEnv.shape).filter((name) => !questions.some((question) => question.name === name)),
  ...["GATEWAY_JWT_SECRET", "GITHUB_BASE_URL", "GITHUB_API_URL"],
];

/**
 * What is missing or wrong of what a deployed gateway needs, a line each. Local mode needs none of it, so whoever asks
 * without a person at hand means a deployed one.
 */
export function unanswered(answers: Environment): readonly string[] {
  return questions.flatMap(({ name, text, problem }) => {
    const answer = answers[name] ?? "";
    if (answer === "") return name === "ACME_EMAIL" ? [] : [`${name} is missing: ${text}`];
    const wrong = problem(answer);
    return wrong === undefined ? [] : [`${name}: ${wrong}`];
  });
}
