import type { SignInWay } from "@gateway/config/auth";

/** Who vouched for a user (decision 17), by what stands before the bar of their `sub`; undefined: nobody that is known here. */
export function providerOf(sub: string): SignInWay | undefined {
  if (sub.startsWith("gh|")) return "github";
  if (sub.startsWith("oidc|")) return "oidc";
  return sub.startsWith("local|") ? "local" : undefined;
}
