import { AuthEnv, DeploymentEnv, isSampleValue } from "@gateway/config";
import type { Environment } from "./service-environment.ts";
import { providersOf, type SignIn } from "./sign-in.ts";

/** One thing that only a person knows. */
export interface Question {
  readonly name: string;
  readonly text: string;
  /** Not shown while it is typed. */
  readonly isSecret?: boolean;
  /** It may be left empty. */
  readonly isOptional?: boolean;
  /** Whether it is asked at all, given the answers before; always unless said. */
  readonly isAsked?: (answers: Environment) => boolean;
  /** What is wrong with an answer; undefined when it is fine. */
  readonly problem: (answer: string) => string | undefined;
}

function unlessSample(problem: Question["problem"]): Question["problem"] {
  return (answer) => (isSampleValue(answer) ? "That is a sample value: give your own." : problem(answer));
}

function like(pattern: RegExp, allowed: string): Question["problem"] {
  return unlessSample((answer) => (pattern.test(answer) ? undefined : `Allowed: ${allowed}.`));
}

/** As auth takes it. */
function likeSetting(name: "OIDC_ISSUER" | "ALLOWED_OIDC_USERS" | "OIDC_NAME"): Question["problem"] {
  return unlessSample((answer) => {
    const { error } = AuthEnv.shape[name].safeParse(answer);
    return error === undefined ? undefined : `Allowed: ${error.issues[0]?.message}.`;
  });
}

const domain = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;
const users = /^\*$|^\s*[a-z\d]([a-z\d-]{0,38})(\s*,\s*[a-z\d]([a-z\d-]{0,38}))*\s*$/i;
const name = /^\s*[^\s,]+(\s*,\s*[^\s,]+)*\s*$/;

/** Where the gateway is to be: asked before the way to sign in, which depends on it. */
export const placeQuestions: readonly Question[] = [
  {
    name: "BASE_DOMAIN",
    text: "Domain below which the gateway answers (empty: on this machine only)",
    isOptional: true,
    problem: like(domain, "a domain name in lower case, such as gateway.mydomain.dev"),
  },
  {
    name: "ACME_EMAIL",
    text: "Email address for the certificate authority (may be empty)",
    isOptional: true,
    isAsked: ({ BASE_DOMAIN }) => Boolean(BASE_DOMAIN),
    problem: like(/^[^@\s]+@[^@\s]+$/, "an email address"),
  },
];

/** What each way to sign in asks for, in order. */
const ofProvider: Readonly<Record<ReturnType<typeof providersOf>[number], readonly Question[]>> = {
  github: [
    {
      name: "GITHUB_CLIENT_ID",
      text: "Client id of the GitHub OAuth app",
      problem: like(/^\S+$/, "the client id as GitHub shows it"),
    },
    {
      name: "GITHUB_CLIENT_SECRET",
      text: "Its client secret",
      isSecret: true,
      problem: like(/^\S+$/, "the client secret as GitHub shows it once"),
    },
    {
      name: "ALLOWED_GITHUB_USERS",
      text: "GitHub logins that may sign in, separated by commas (* is everyone)",
      problem: like(users, "logins or numeric ids separated by commas, or *"),
    },
  ],
  oidc: [
    {
      name: "OIDC_ISSUER",
      text: "Issuer of the OpenID provider, such as https://login.mydomain.dev/realms/staff",
      problem: likeSetting("OIDC_ISSUER"),
    },
    {
      name: "OIDC_CLIENT_ID",
      text: "Client id that it gave this gateway",
      problem: like(/^\S+$/, "the client id as the provider shows it"),
    },
    {
      name: "OIDC_CLIENT_SECRET",
      text: "Client secret that it gave this gateway",
      isSecret: true,
      problem: like(/^\S+$/, "the client secret as the provider shows it"),
    },
    {
      name: "ALLOWED_OIDC_USERS",
      text: "subs or verified email addresses that may sign in there, separated by commas (* is everyone)",
      problem: likeSetting("ALLOWED_OIDC_USERS"),
    },
    {
      name: "OIDC_NAME",
      text: "What the sign-in page calls it (empty: its host)",
      isOptional: true,
      problem: likeSetting("OIDC_NAME"),
    },
  ],
  local: [
    {
      name: "GATEWAY_LOCAL_USERS",
      text: "Names that may be used on the local page, separated by commas (empty: yours)",
      isOptional: true,
      problem: like(name, "names separated by commas"),
    },
  ],
};

/** What a way to sign in asks for. */
export function signInQuestions(signIn: SignIn): readonly Question[] {
  return providersOf(signIn).flatMap((provider) => ofProvider[provider]);
}

const all = [...placeQuestions, ...Object.values(ofProvider).flat()];

/** What else `just setup` keeps in `.env` where the environment has it: a stack is to start alike without that environment. */
export const furtherSettings: readonly string[] = [
  ...Object.keys(DeploymentEnv.shape).filter((name) => !all.some((question) => question.name === name)),
  ...["GATEWAY_JWT_SECRET", "GITHUB_BASE_URL", "GITHUB_API_URL", "OIDC_SCOPES"],
];

/** The questions that somebody who is not there has to have answered, for a deployed gateway or local sign-in. */
export function questionsWithoutPerson(signIn: SignIn): readonly Question[] {
  const ofTheWay = signInQuestions(signIn);
  return signIn === "local" ? ofTheWay : [...placeQuestions, ...ofTheWay];
}

/**
 * What is missing or wrong of what a gateway needs, a line each. Local mode with an app or a provider can be set up by a person
 * alone: whoever asks without one, and does not say `local`, means a deployed gateway.
 */
export function unanswered(answers: Environment, signIn: SignIn = "github"): readonly string[] {
  return questionsWithoutPerson(signIn).flatMap(({ name, text, isOptional, problem }) => {
    const answer = answers[name] ?? "";
    if (answer === "") return isOptional && name !== "BASE_DOMAIN" ? [] : [`${name} is missing: ${text}`];
    const wrong = problem(answer);
    return wrong === undefined ? [] : [`${name}: ${wrong}`];
  });
}
