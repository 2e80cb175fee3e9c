import { RateLimiterMemory } from "rate-limiter-flexible";
import { pageError } from "./errors.ts";
import { network } from "./rate-limit.ts";

/** Wrong user codes in 10 minutes: of one signed-in person, and from one address (RFC 8628 5.1, decision 224). */
const wrongCodes = { perUser: 5, perAddress: 50, seconds: 600 };

/** Who types user codes. */
interface Typist {
  readonly sub: string;
  readonly address: string;
}

/** Counts wrong user codes, so that they cannot be guessed (RFC 8628 5.1; security.md 19). */
export interface UserCodeTries {
  /**
   * Counts a try, before it is known whether it is right: many at once must not all pass.
   * @throws an error page for someone who was wrong too often
   */
  count(typist: Typist): Promise<void>;
  /** Takes the last one back: it was right. */
  forgive(typist: Typist): Promise<void>;
}

/** Counts in this process: with several, each allows as many. */
export function userCodeTries(): UserCodeTries {
  const byUser = new RateLimiterMemory({ points: wrongCodes.perUser, duration: wrongCodes.seconds });
  const byAddress = new RateLimiterMemory({ points: wrongCodes.perAddress, duration: wrongCodes.seconds });
  return {
    async count({ sub, address }) {
      await byUser.consume(sub).catch(refuseTypist);
      await byAddress.consume(network(address)).catch(refuseTypist);
    },
    async forgive({ sub, address }) {
      await byUser.reward(sub);
      await byAddress.reward(network(address));
    },
  };
}

function refuseTypist(reached: { msBeforeNext?: number }): never {
  if (reached.msBeforeNext === undefined) throw reached;
  throw pageError(
    "too_many_requests",
    "Too many wrong codes.",
    "Wait ten minutes, then start again on your device: it shows a new code.",
  );
}
