import type { AccessToken } from "../identity/identify.ts";
import type { TokenUses } from "../identity/revocation-watch.ts";
import { ShortLived } from "../short-lived.ts";

/** Something that rests on an access token: a request that is being answered, a call that waits for its client. */
interface Use {
  readonly token: AccessToken;
  readonly end: (why: "revoked" | "expired") => void;
}

/** What of the modern wire rests on which access token. */
export class Uses implements TokenUses {
  readonly #open = new ShortLived<Use>();

  /**
   * Notes a use. The function it gives takes it away.
   * @param token undefined where nobody checks: nothing rests on it
   */
  add(token: AccessToken | undefined, end: Use["end"]): () => void {
    if (token === undefined) return () => {};
    const id = this.#open.newId();
    this.#open.set(id, { token, end });
    return () => this.#open.delete(id);
  }

  tokensInUse(): readonly AccessToken[] {
    return this.#open.values().map(({ token }) => token);
  }

  endToken(jti: string, why: "revoked" | "expired"): void {
    for (const { token, end } of this.#open.values()) if (token.jti === jti) end(why);
  }
}

/** The uses of several places as one. */
export function allUses(places: readonly TokenUses[]): TokenUses {
  return {
    tokensInUse: () => places.flatMap((place) => place.tokensInUse()),
    endToken: (jti, why) => {
      for (const place of places) place.endToken(jti, why);
    },
  };
}
