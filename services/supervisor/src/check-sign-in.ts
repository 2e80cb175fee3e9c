import { ConfigError, type GatewayConfig, offeredWayProblems } from "@gateway/config";
import type { Settings } from "./settings.ts";

/** Refuses ways to sign in that gateway.json offers and the settings do not configure. @throws {ConfigError} */
export function checkSignIn({ environment, localLogin }: Settings, { gateway, file }: GatewayConfig): void {
  const { GITHUB_CLIENT_ID, OIDC_ISSUER, BASE_DOMAIN } = environment;
  const problems = offeredWayProblems(gateway.login, {
    GITHUB_CLIENT_ID: GITHUB_CLIENT_ID || undefined,
    OIDC_ISSUER: OIDC_ISSUER || undefined,
    LOCAL_LOGIN: localLogin && !BASE_DOMAIN,
  });
  if (problems.length > 0) throw new ConfigError(file, problems);
}
