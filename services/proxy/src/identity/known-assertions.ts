import type { VerifiedAssertion } from "@gateway/forward-auth";

type Verify = (token: string) => Promise<VerifiedAssertion | undefined>;

const mostKept = 1_000;
/** A withdrawn key of auth stops counting after so long (seconds). */
const longestTrust = 30;

/**
 * Checks the signature of an assertion once: auth hands out the same one for half a minute, and a signature costs more
 * than the rest of a request.
 * @param now seconds since the epoch
 */
export function rememberAssertions(verify: Verify, now: () => number): Verify {
  const known = new Map<string, { readonly assertion: VerifiedAssertion; readonly until: number }>();
  return async (token) => {
    const at = now();
    const found = known.get(token);
    if (found !== undefined && at < found.until) return found.assertion;
    known.delete(token);
    const assertion = await verify(token);
    if (assertion === undefined) return undefined;
    known.set(token, { assertion, until: Math.min(assertion.exp, at + longestTrust) });
    const [oldest] = known.keys();
    if (known.size > mostKept && oldest !== undefined) known.delete(oldest);
    return assertion;
  };
}
