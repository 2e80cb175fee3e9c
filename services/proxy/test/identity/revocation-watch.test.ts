import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { AccessToken } from "../../src/identity/identify.ts";
import { RevocationWatch, type TokenUses } from "../../src/identity/revocation-watch.ts";
import { FakeAuth, resource } from "../fixtures/fake-auth.ts";
import { openLog } from "../fixtures/watched-log.ts";

const logger = openLog();
let auth: FakeAuth;
let watch: RevocationWatch | undefined;
beforeEach(async () => {
  auth = await FakeAuth.open();
});
afterEach(() => {
  watch?.close();
  auth.close();
});

const tokenOf = (jti: string): AccessToken => ({ jti, sid: "g", kid: "k", exp: 4_000_000_000 });

/** Watches these tokens; `ended` gives them one by one as they are ended. */
function watching(tokens: AccessToken[]) {
  const endings: string[] = [];
  let rounds = 0;
  let told = () => {};
  const uses: TokenUses = {
    tokensInUse: () => {
      rounds += 1;
      told();
      return tokens;
    },
    endToken: (jti, why) => {
      endings.push(`${jti} ${why}`);
      tokens.splice(0, tokens.length, ...tokens.filter((token) => token.jti !== jti));
      told();
    },
  };
  watch = new RevocationWatch({ url: auth.url, resource, uses, logger, interval: 10 });
  return {
    endings,
    untilEnded: async (count: number) => {
      while (endings.length < count) await new Promise<void>((resolve) => (told = resolve));
    },
    untilRound: async (count: number) => {
      while (rounds < count) await new Promise<void>((resolve) => (told = resolve));
    },
  };
}

test("auth is not asked while nothing rests on a token, and about each token once", async () => {
  const tokens: AccessToken[] = [];
  await watching(tokens).untilRound(3);
  expect(auth.asked).toEqual([]);
  tokens.push(tokenOf("a"), tokenOf("a"), tokenOf("b"));
  await auth.untilAsked();
  expect(auth.asked[0]).toEqual({ resource, tokens: ["a", "b"].map((jti) => ({ jti, sid: "g", kid: "k" })) });
});

test("more tokens than fit into one question are asked about in several", async () => {
  const { untilEnded } = watching(Array.from({ length: 450 }, (_, index) => tokenOf(`t${index}`)));
  auth.ended.add("t0").add("t449");
  await untilEnded(2);
  expect(auth.asked.slice(0, 3).map(({ tokens }) => tokens.length)).toEqual([200, 200, 50]);
});

test.each([
  ["an error", 500],
  ["an unknown address", 404],
])("%s is no answer: nothing ends", async (_what, status) => {
  const { endings } = watching([tokenOf("a")]);
  auth.ended.add("a");
  auth.status = status;
  await auth.untilAsked(3);
  expect(endings).toEqual([]);
});
