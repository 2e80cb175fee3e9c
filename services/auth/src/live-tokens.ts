import type { Clock, FeedEvent, Grant, Store, User } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { withinDeadline } from "./deadline.ts";
import { digest } from "./digest.ts";
import {
  type AccessTokenClaims,
  type AccessTokenRefusal,
  checkAccessToken,
  isExpired,
  parseToken,
  type UncheckedToken,
} from "./domain/access-token.ts";
import { checkCacheTrust } from "./domain/cache-trust.ts";
import { accept, type Result, refuse } from "./domain/result.ts";
import type { SigningKeys } from "./ports.ts";
import { onceATurn } from "./turn.ts";

/** What is remembered of a token: thousands of them are held, so nothing that no request asks for. */
type RememberedClaims = Pick<AccessTokenClaims, "aud" | "exp" | "jti" | "client_id" | "scope" | "sid">;

/** A token that is alive, as remembered between requests. */
export interface LiveToken {
  readonly claims: RememberedClaims;
  /** Of the key that it was signed with. */
  readonly kid: string;
  /** As the grant has it, memberships too. */
  user: User;
  /** As the grant has them: the only tools it is good for; undefined: all. */
  tools: readonly string[] | undefined;
  /** When the store last said that it is alive: milliseconds on the monotonic clock. */
  confirmedAt: number;
  /** The identity headers that were last made of it, and until when they are used again: seconds since the epoch. */
  identity: { readonly lines: readonly string[]; readonly until: number } | undefined;
}

export type LiveTokenRefusal = AccessTokenRefusal | "revoked" | "unavailable";
type Verdict = Result<LiveToken, LiveTokenRefusal>;

/** A token on its way through the checks. */
interface Asked<Token> {
  /** The digest that it is remembered by. */
  readonly key: string;
  readonly token: Token;
  /** How many events had been heard when it was asked about. */
  readonly heardBefore: number;
}

type UnknownToken = Asked<UncheckedToken>;
/** Its signature and claims are good; whether it is alive the store says. */
type SignedToken = Asked<LiveToken>;

interface Options {
  readonly store: Pick<Store, "grants" | "feed">;
  readonly keys: Pick<SigningKeys, "find" | "catchUp">;
  readonly issuer: string;
  /** Seconds for which a confirmed token is trusted while the revocation feed is silent. */
  readonly revocationGrace: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How many tokens are remembered, 1.5 KiB each; a forgotten one costs a signature check and a store round trip. */
const capacity = 5_000;
const forgottenAtOnce = 100;
/** Milliseconds for the keys, then for the grant: whatever the store does, /verify answers within a second (decision 33). */
const keysDeadline = 400;
const storeDeadline = 500;

/**
 * Which access tokens are alive: checked once, confirmed by the store, then remembered until the feed says that the
 * grant ended (decision 21). What was confirmed longest ago is forgotten first: one in use is confirmed every few
 * seconds, so that a hit need not touch the order.
 */
export class LiveTokens {
  readonly #options: Options;
  readonly #byDigest = new Map<string, LiveToken>();
  #eventsHeard = 0;
  readonly #admit = onceATurn((unknown: readonly UnknownToken[]) => this.#admitAll(unknown));

  private constructor(options: Options) {
    this.#options = options;
  }

  /** Subscribes before it answers, so that no revocation passes unheard. The subscription ends with the store. */
  static async open(options: Options): Promise<LiveTokens> {
    const tokens = new LiveTokens(options);
    await options.store.feed.subscribe((event) => tokens.#forget(event));
    return tokens;
  }

  /** Is the token alive? Answers at once where it is remembered: that is nearly every request, and a promise costs. */
  check(token: string): Verdict | Promise<Verdict> {
    const { store, revocationGrace, clock } = this.#options;
    const key = digest(token);
    const known = this.#byDigest.get(key);
    if (known === undefined) return this.#checkUnknown(key, token);
    const age = performance.now() - known.confirmedAt;
    const trust = checkCacheTrust(age, store.feed.silentFor(), revocationGrace * 1_000);
    if (trust === "unavailable") return refuse("unavailable");
    if (isExpired(known.claims, clock())) return this.#drop(key, "expired");
    if (trust === "ask") return this.#confirm(this.#asked(key, known));
    if (trust === "answer-and-ask") void this.#confirm(this.#asked(key, known));
    return accept(known);
  }

  /** Forgets every token, so that each is checked anew: a key that signed some is trusted no more. */
  forgetAll(): void {
    this.#eventsHeard += 1; // also what is being confirmed just now is not remembered
    this.#byDigest.clear();
  }

  #checkUnknown(key: string, text: string): Verdict | Promise<Verdict> {
    const { store, revocationGrace } = this.#options;
    const token = parseToken(text);
    if (token === undefined) return refuse("malformed"); // also while the store is gone
    const trust = checkCacheTrust(undefined, store.feed.silentFor(), revocationGrace * 1_000);
    if (trust === "unavailable") return refuse("unavailable");
    return this.#admit(this.#asked(key, token));
  }

  #asked<Token>(key: string, token: Token): Asked<Token> {
    return { key, token, heardBefore: this.#eventsHeard };
  }

  /** Checks the tokens of one turn that are not remembered, each step for all of them in a row (decision 101). */
  async #admitAll(unknown: readonly UnknownToken[]): Promise<readonly (Verdict | Promise<Verdict>)[]> {
    const checked = unknown.map((one) => this.#checkUnknownToken(one));
    const confirmed = await this.#confirmAll(checked.filter(isSigned));
    let next = 0;
    return checked.map((one) => (isSigned(one) ? (confirmed[next++] as Verdict) : one));
  }

  #checkUnknownToken(unknown: UnknownToken): SignedToken | Verdict | Promise<Verdict> {
    const change = this.#options.keys.catchUp(unknown.token.kid);
    return change === undefined ? this.#checkSignature(unknown) : this.#admitAfter(change, unknown);
  }

  /** Admits a token by itself, so that nobody else waits for its key. */
  async #admitAfter(change: Promise<void>, unknown: UnknownToken): Promise<Verdict> {
    try {
      await withinDeadline(change, keysDeadline);
    } catch (error) {
      this.#options.logger.warn("signing keys are not known to /verify", { error });
      return refuse("unavailable");
    }
    const checked = this.#checkSignature(unknown);
    return isSigned(checked) ? this.#confirm(checked) : checked;
  }

  #checkSignature({ key, token, heardBefore }: UnknownToken): SignedToken | Verdict {
    const { keys, issuer, clock, logger } = this.#options;
    try {
      const checked = checkAccessToken(token, { keys, issuer, now: clock() });
      if (!checked.ok) return checked;
      const kid = keys.find(token.kid)?.kid ?? token.kid; // one text for all tokens, not one each
      return { key, token: unconfirmed(checked.value, kid), heardBefore };
    } catch (error) {
      logger.error("a token could not be checked", { error }); // none of the others of its turn has to do with that
      return refuse("unavailable");
    }
  }

  async #confirm(token: SignedToken): Promise<Verdict> {
    const [verdict = refuse("unavailable")] = await this.#confirmAll([token]);
    return verdict;
  }

  /** Asks the store for all of these in one look, and remembers those that are alive. */
  async #confirmAll(tokens: readonly SignedToken[]): Promise<readonly Verdict[]> {
    if (tokens.length === 0) return [];
    const grants = await this.#findGrants(tokens);
    if (grants === "damaged" && tokens.length > 1) {
      const alone = tokens.map((one) => this.#confirmAll([one]));
      return (await Promise.all(alone)).flat();
    }
    if (typeof grants === "string") return tokens.map(() => refuse("unavailable"));
    return tokens.map((one, place) => this.#conclude(one, grants[place]));
  }

  #conclude({ key, token, heardBefore }: SignedToken, grant: Grant | undefined): Verdict {
    if (grant === undefined) return this.#drop(key, "revoked");
    token.user = grant.user;
    token.tools = grant.tools;
    // An event heard since the token was checked may be about this very token: then answer, but remember nothing.
    if (this.#eventsHeard === heardBefore) {
      token.confirmedAt = performance.now();
      this.#keep(key, token);
    }
    return accept(token);
  }

  /** In place of their grants: nothing can be said of any, or a record of at least one cannot be read. */
  async #findGrants(
    tokens: readonly SignedToken[],
  ): Promise<readonly (Grant | undefined)[] | "unavailable" | "damaged"> {
    const { store, logger } = this.#options;
    const asked = tokens.map(({ token: { claims } }) => ({ grantId: claims.sid, jti: claims.jti }));
    try {
      return await withinDeadline(store.grants.ofAccessTokens(asked), storeDeadline);
    } catch (error) {
      logger.warn("store did not answer /verify", { error });
      return error instanceof SyntaxError ? "damaged" : "unavailable";
    }
  }

  #keep(key: string, token: LiveToken): void {
    this.#byDigest.delete(key); // a Map keeps the order of insertion: the last one is the one confirmed last
    this.#byDigest.set(key, token);
    if (this.#byDigest.size > capacity) this.#forgetOldest();
  }

  /** Several at a time: on its way to the oldest a Map steps over all that went before it. */
  #forgetOldest(): void {
    for (const key of this.#byDigest.keys()) {
      if (this.#byDigest.size <= capacity - forgottenAtOnce) return;
      this.#byDigest.delete(key);
    }
  }

  #drop<Refusal extends LiveTokenRefusal>(key: string, refusal: Refusal): Verdict {
    this.#byDigest.delete(key);
    return refuse(refusal);
  }

  #forget(event: FeedEvent): void {
    if (event.kind === "signing-keys-changed" || event.kind === "unreadable") return void this.forgetAll();
    this.#eventsHeard += 1;
    for (const [key, { claims }] of this.#byDigest) {
      if (isAbout(event, claims)) this.#byDigest.delete(key);
    }
  }
}

function isSigned(checked: SignedToken | Verdict | Promise<Verdict>): checked is SignedToken {
  return "token" in checked;
}

/** A token as it will be remembered, before the store was asked. */
function unconfirmed(
  { aud, exp, jti, client_id, scope, sid, sub, login = "" }: AccessTokenClaims,
  kid: string,
): LiveToken {
  const claims = { aud, exp, jti, client_id, scope, sid };
  return { claims, kid, user: { sub, login }, tools: undefined, confirmedAt: 0, identity: undefined };
}

function isAbout(event: Extract<FeedEvent, { kind: `${string}-revoked` }>, { sid, jti }: RememberedClaims): boolean {
  return event.kind === "grant-revoked" ? event.grantId === sid : event.jti === jti;
}
