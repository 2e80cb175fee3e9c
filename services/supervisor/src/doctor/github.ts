import { isSampleValue } from "@gateway/config";
import { type Finding, ok, problem, warning } from "../domain/findings.ts";
import type { Environment } from "../domain/service-environment.ts";
import { askOver } from "./ask.ts";

/**
 * The GitHub app: asks for a token with a code that is none. GitHub checks the app's id and secret before the code.
 * @param callback what the app must have as its callback URL
 */
export async function checkGitHub(environment: Environment, callback: string): Promise<Finding[]> {
  const { GITHUB_CLIENT_ID: id, GITHUB_CLIENT_SECRET: secret, ALLOWED_GITHUB_USERS: users } = environment;
  if (!id || !secret)
    return environment.OIDC_ISSUER ? [] : [ok("GitHub app", "none; people sign in on the local page")];
  if (isSampleValue(id) || isSampleValue(secret)) return []; // told with the settings
  const base = environment.GITHUB_BASE_URL || "https://github.com";
  const answer = await askOver(`${base}/login/oauth/access_token`, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({ client_id: id, client_secret: secret, code: "doctor" }),
  });
  const nobody = users
    ? []
    : [problem("GitHub users", "ALLOWED_GITHUB_USERS is empty: nobody may sign in", "Set it: just setup")];
  return [...nobody, judge(base, answer, callback)];
}

function judge(base: string, answer: Awaited<ReturnType<typeof askOver>>, callback: string): Finding {
  const about = "GitHub app";
  if ("failure" in answer)
    return problem(about, `${base}: ${answer.failure}`, "auth must reach GitHub: see proxies and firewalls.");
  const { error } = Object(answer.json) as { error?: unknown };
  if (error === "bad_verification_code")
    return ok(about, `id and secret are right; its callback URL must be ${callback}`);
  if (error === "incorrect_client_credentials" || answer.status === 404) {
    return problem(
      about,
      "GitHub does not know this id and secret",
      "Copy both from the app's page, or make a new secret: just setup",
    );
  }
  return warning(about, `${base} answers ${answer.status}`, "Ask again later; if it stays so, sign in once by hand.");
}

/** The OpenID provider, where one is set: whether its own document (OpenID Connect Discovery 4) can be had and is its own. */
export async function checkOpenIdProvider({ OIDC_ISSUER: issuer }: Environment): Promise<Finding[]> {
  if (!issuer) return [];
  const about = "OpenID provider";
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const answer = await askOver(url);
  if ("failure" in answer)
    return [problem(about, `${url}: ${answer.failure}`, "auth must reach it: see OIDC_ISSUER, proxies and firewalls.")];
  const { issuer: named } = Object(answer.json) as { issuer?: unknown };
  if (named === issuer) return [ok(about, `${issuer} answers`)];
  return [
    problem(about, `${url} is not about ${issuer}`, "OIDC_ISSUER must be the provider's issuer, letter by letter."),
  ];
}
