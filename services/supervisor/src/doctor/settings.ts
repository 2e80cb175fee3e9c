import { ConfigError } from "@gateway/config";
import { missingForDeployment, sampleProblems } from "../domain/deployment.ts";
import { type Finding, ok, problem, warning } from "../domain/findings.ts";
import { counted } from "../domain/render-columns.ts";
import { readServers, type Settings } from "../settings.ts";
import { checkAuthSettings, missingPrograms } from "../verbs/check.ts";

/** `.env` and gateway.json: what is missing, what is a sample, what is wrong. */
export async function checkSettings(settings: Settings): Promise<Finding[]> {
  const { environment } = settings;
  const own = [...sampleProblems(environment), ...missingForDeployment(environment)].map(({ at, found, allowed }) =>
    problem(at, found ?? "is missing", `Set it: just setup. Allowed: ${allowed}`),
  );
  return [
    ...own,
    ...(await attempt("settings of auth", () => authSettings(settings))),
    ...(await attempt("gateway.json", () => declaration(settings))),
  ];
}

function authSettings(settings: Settings): Finding[] {
  checkAuthSettings(settings);
  return [ok("settings", "no mistakes")];
}

async function declaration(settings: Settings): Promise<Finding[]> {
  const config = await readServers(settings);
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
