import { type GatewaySettings, isOffered, isSampleValue } from "@gateway/config";
import type { Environment } from "./service-environment.ts";

/** The ways to sign in that `just setup` knows; `both` is GitHub and an OpenID provider side by side. */
export const signIns = ["github", "oidc", "both", "local"] as const;
export type SignIn = (typeof signIns)[number];

/** What a way to sign in is made of. */
export function providersOf(signIn: SignIn): readonly ("github" | "oidc" | "local")[] {
  return signIn === "both" ? ["github", "oidc"] : [signIn];
}

/** The way to sign in that settings speak of; undefined: none yet. */
export function signInOf({ GITHUB_CLIENT_ID, OIDC_ISSUER, OIDC_CLIENT_ID }: Environment): SignIn | undefined {
  const hasProvider = Boolean(OIDC_ISSUER || OIDC_CLIENT_ID);
  if (GITHUB_CLIENT_ID) return hasProvider ? "both" : "github";
  return hasProvider ? "oidc" : undefined;
}

/** Why a way to sign in cannot be had with these settings, a line each (decision 18). */
export function signInProblems(signIn: SignIn, settings: Environment): readonly string[] {
  if (signIn !== "local") return [];
  const inTheWay = ["GITHUB_CLIENT_ID", "OIDC_ISSUER"].filter((name) => settings[name]);
  return [
    ...(settings.BASE_DOMAIN
      ? [
          "BASE_DOMAIN is set: the local page asks for no password, so it is for this machine alone. Sign in with github or oidc.",
        ]
      : []),
    ...inTheWay.map((name) => `${name} is set: where there is a provider there is no local page. Take it out of .env.`),
  ];
}

/** What each provider is set by, the variable that makes it one first, and who may sign in there. */
const providers = [
  {
    way: "github",
    name: "GitHub",
    settings: ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
    people: "ALLOWED_GITHUB_USERS",
  },
  {
    way: "oidc",
    name: "the OpenID provider",
    settings: ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"],
    people: "ALLOWED_OIDC_USERS",
  },
] as const;

/** Why nobody can sign in at a provider that is offered, a line each: auth takes such settings, and people forget them. */
export function signInWarnings(environment: Environment, offered: Pick<GatewaySettings, "login">): readonly string[] {
  return providers
    .filter(({ way, settings: [decisive] }) => environment[decisive] && isOffered(way, offered.login))
    .flatMap(({ name, settings, people }) => {
      const samples = [...settings, people].filter((setting) => isSampleValue(environment[setting] ?? ""));
      const isNobody = !/[^\s,]/.test(environment[people] ?? "");
      const reasons = [
        ...samples.map((setting) => `${setting} is a sample value`),
        ...(isNobody ? [`${people} is empty`] : []),
      ];
      return reasons.map((why) => `Nobody can sign in with ${name}: ${why}. Set it in .env, or: just setup`);
    });
}
