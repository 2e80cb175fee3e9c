import { indexName, recordKey } from "../keys.ts";
import type { BrowserSession, BrowserSessions } from "../ports/authorization.ts";
import { drop, put, type Records } from "../records.ts";

/** Browsers signed in at the authorization server, under the digest of their cookie. */
export function browserSessions(records: Records): BrowserSessions {
  const find = async (cookieDigest: string): Promise<BrowserSession | undefined> =>
    (await records.read<BrowserSession>(recordKey("browserSession", cookieDigest))).value;
  return {
    find,

    begin(cookieDigest, session) {
      const key = recordKey("browserSession", cookieDigest);
      const join = [{ index: indexName("user", session.user.sub), member: key, expiresAt: session.expiresAt }];
      return records.apply({ write: [put(key, session, session.expiresAt)], join });
    },

    async end(cookieDigest) {
      const key = recordKey("browserSession", cookieDigest);
      const session = await find(cookieDigest);
      const leave = session === undefined ? [] : [{ index: indexName("user", session.user.sub), member: key }];
      await records.apply({ write: [drop(key)], leave });
    },
  };
}
