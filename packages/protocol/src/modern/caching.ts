import type { Members } from "../json/members.ts";
import type { Response } from "../json-rpc/message.ts";

/** For how long, in milliseconds, and by whom a result may be kept (2026-07-28, caching). */
export interface Caching {
  readonly ttlMs: number;
  /** `public`: by anyone, for any user. */
  readonly cacheScope: "public" | "private";
}

/** What decides, beside what its server says, how long and by whom a result may be kept. */
export interface CachingContext {
  /** What it holds was chosen for its client: nobody else may be given it. */
  readonly isLimited?: boolean;
  /** It rests on what a client answered, or on a state: it is of this one request (2026-07-28, caching). */
  readonly isRetry?: boolean;
  /** Milliseconds for which it was kept here already, which are taken off its time. */
  readonly age?: number;
  /** What holds where its server says nothing; undefined: it may be kept for no time, by its client alone. */
  readonly fallback?: Caching | undefined;
}

/** Nothing is known of how long a result holds, and it was made for one user: until somebody says otherwise. */
const forNoTime: Caching = { ttlMs: 0, cacheScope: "private" };

/** Sets `ttlMs` and `cacheScope` of a result. What is malformed becomes 0 and `private`; the time of a retry is 0. */
export function addCaching(members: Members, caching: CachingContext): void {
  const { isLimited = false, isRetry = false, age = 0, fallback = forNoTime } = caching;
  const ttl = members.get("ttlMs") ?? String(fallback.ttlMs);
  const isValid = /^\d+$/.test(ttl) && !isRetry;
  if (!isValid) members.set("ttlMs", "0");
  else members.set("ttlMs", age === 0 ? ttl : String(Math.max(0, Number(ttl) - age)));
  const scope = members.get("cacheScope") ?? JSON.stringify(fallback.cacheScope);
  members.set("cacheScope", scope === '"public"' && !isLimited ? scope : '"private"');
}

/** Whether what a result says of its caching is valid, and may be handed on unchanged. */
export function isCachingAsSaid(
  { ttlMs, cacheScope }: NonNullable<Response["result"]>,
  caching: CachingContext,
): boolean {
  const { isLimited = false, isRetry = false, age = 0 } = caching;
  const isValid = Number.isInteger(ttlMs) && (ttlMs as number) >= 0;
  return isValid && (cacheScope === "public" || cacheScope === "private") && !isLimited && !isRetry && age === 0;
}
