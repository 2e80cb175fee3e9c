import { keepNewest } from "../keep-newest.ts";

const mostKept = 1_000;
/** A withdrawn key of auth stops counting after so long (seconds). */
const longestTrust = 30;

/** What an assertion says, and until when (seconds since the epoch). */
interface Checked {
  readonly exp: number;
}

/**
 * Checks the signature of an assertion once: auth hands out the same one for half a minute, and a signature costs more
 * than the rest of a request. What is known is given without a promise, which costs each request time.
 * @param verify gives undefined for a bad one
 * @param now seconds since the epoch
 */
export function rememberAssertions<Assertion extends Checked>(
  verify: (token: string) => Promise<Assertion | undefined>,
  now: () => number,
): (token: string) => Assertion | Promise<Assertion | undefined> {
  const known = new Map<string, { readonly assertion: Assertion; readonly until: number }>();
  const check = async (token: string, at: number) => {
    known.delete(token);
    const assertion = await verify(token);
    if (assertion === undefined) return undefined;
    keepNewest(known, token, { assertion, until: Math.min(assertion.exp, at + longestTrust) }, mostKept);
    return assertion;
  };
  return (token) => {
    const at = now();
    const found = known.get(token);
    return found !== undefined && at < found.until ? found.assertion : check(token, at);
  };
}
