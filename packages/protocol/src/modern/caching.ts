import type { Members } from "../json/members.ts";
import type { Response } from "../json-rpc/message.ts";

/** For how long, in milliseconds, and by whom a result may be kept (2026-07-28, caching). */
export interface Caching {
  readonly ttlMs: number;
  /** `public`: by anyone, for any user. */
  readonly cacheScope: "public" | "private";
}

/** Who may keep a result, beyond what its server says. */
export interface Keeping {
  /** What it holds was chosen for its client: nobody else may be given it. */
  readonly isLimited?: boolean;
  /** It rests on what a client answered, or on a state: it is of this one request (2026-07-28, caching). */
  readonly isRetry?: boolean;
  /** Milliseconds for which it was kept here: by so much it holds less long for who is told it now. */
  readonly age?: number;
  /** What holds where its server says nothing; undefined: it may be kept for no time, by its client alone. */
  readonly unsaid?: Caching | undefined;
}

/** Nothing is known of how long a result holds, and it was made for one user: until somebody says otherwise. */
const forNoTime: Caching = { ttlMs: 0, cacheScope: "private" };

/** Says of a result how long and by whom it may be kept: what is malformed is for no time, and private. */
export function addCaching(members: Members, keeping: Keeping): void {
  const { isLimited = false, isRetry = false, age = 0, unsaid = forNoTime } = keeping;
  const ttl = members.get("ttlMs") ?? String(unsaid.ttlMs);
  const isValid = /^\d+$/.test(ttl) && !isRetry;
  if (!isValid) members.set("ttlMs", "0");
  else members.set("ttlMs", age === 0 ? ttl : String(Math.max(0, Number(ttl) - age)));
  const scope = members.get("cacheScope") ?? JSON.stringify(unsaid.cacheScope);
  members.set("cacheScope", scope === '"public"' && !isLimited ? scope : '"private"');
}

/** Whether a result may be handed on as its server said it. */
export function isCachingWhole({ ttlMs, cacheScope }: NonNullable<Response["result"]>, keeping: Keeping): boolean {
  const { isLimited = false, isRetry = false, age = 0 } = keeping;
  const isValid = Number.isInteger(ttlMs) && (ttlMs as number) >= 0;
  return isValid && (cacheScope === "public" || cacheScope === "private") && !isLimited && !isRetry && age === 0;
}
