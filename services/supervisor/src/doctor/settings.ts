import { ConfigError } from "@gateway/config";
import { checkProxySettings } from "../check-proxy-settings.ts";
import { checkSignIn } from "../check-sign-in.ts";
import { missingForDeployment, sampleProblems } from "../domain/deployment.ts";
import { type Finding, ok, problem, warning } from "../domain/findings.ts";
import { counted } from "../domain/render-columns.ts";
import type { Settings } from "../settings.ts";
import { checkAuthSettings, checkStackSettings, missingPrograms, readDeclared } from "../verbs/check.ts";

/** `.env` and gateway.json: what is missing, what is a sample, what is wrong. */
export async function checkSettings(settings: Settings): Promise<Finding[]> {
  const { environment } = settings;
  const own = [...sampleProblems(environment), ...missingForDeployment(environment)].map(({ at, found, allowed }) =>
    problem(at, found ?? "is missing", `Set it: just setup. Allowed: ${allowed}`),
  );
  return [
    ...own,
    ...(await attempt("settings", () => ownSettings(settings))),
    ...(await attempt("gateway.json", () => declaration(settings))),
  ];
}

function ownSettings(settings: Settings): Finding[] {
  checkAuthSettings(settings);
  checkStackSettings(settings);
  return [ok("settings", "no mistakes")];
}

async function declaration(settings: Settings): Promise<Finding[]> {
  const config = await readDeclared(settings);
  checkSignIn(settings, config);
  checkProxySettings(settings, config);
  const found = `${counted(config.servers.length, "server")} in ${settings.configFile}`;
  return [
    ok("gateway.json", found),
    ...config.warnings.map((text) => warning("gateway.json", text, "Take it out, or leave it: it has no effect.")),
    ...missingPrograms(config, settings).map((text) =>
      problem("gateway.json", text, "The other servers run without it."),
    ),
  ];
}

async function attempt(about: string, check: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ at, found, allowed }) =>
      problem(about, `${at} ${found === undefined ? "is missing" : `is ${found}`}`, `Allowed: ${allowed}`),
    );
  }
}
