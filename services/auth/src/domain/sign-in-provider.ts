/** Who can vouch for a user: decision 17. */
export type SignInProvider = "github" | "oidc" | "local";

/** Who vouched for a user, by what stands before the bar of their `sub`; undefined: nobody that is known here. */
export function providerOf(sub: string): SignInProvider | undefined {
  if (sub.startsWith("gh|")) return "github";
  if (sub.startsWith("oidc|")) return "oidc";
  return sub.startsWith("local|") ? "local" : undefined;
}
