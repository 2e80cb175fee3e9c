import { RateLimiterMemory } from "rate-limiter-flexible";
import { OAuthError } from "./errors.ts";

/** Counts one of what an address asks for. Rejects with too_many_requests beyond the limit. */
export type RateLimit = (address: string) => Promise<void>;

/**
 * Bounds what a stranger can make us keep or do (security.md 18, 21): `perMinute` from one address, `factor` times that in all.
 * @param what is counted, in the words of the refusal: `registrations`
 */
export function rateLimit(what: string, perMinute: number, factor: number): RateLimit {
  const byAddress = new RateLimiterMemory({ points: perMinute, duration: 60 });
  const inAll = new RateLimiterMemory({ points: perMinute * factor, duration: 60 });
  return async (address) => {
    // The address first: one that is over its own limit must not use up everybody's.
    for (const [limiter, key] of [
      [byAddress, network(address)],
      [inAll, "all"],
    ] as const) {
      await limiter.consume(key).catch((reached) => refuse(what, reached));
    }
  };
}

function refuse(what: string, reached: { msBeforeNext?: number }): never {
  if (reached.msBeforeNext === undefined) throw reached; // a fault of the limiter, not a limit
  const headers = { "Retry-After": String(Math.max(1, Math.ceil(reached.msBeforeNext / 1_000))) };
  throw new OAuthError("too_many_requests", `Too many ${what}. Try again later.`, { to: "caller", headers });
}

/** One household: an IPv6 address stands for its /64, whose addresses one machine can use all. */
export function network(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  return address.split("::")[0]?.split(":").slice(0, 4).join(":") ?? address;
}
