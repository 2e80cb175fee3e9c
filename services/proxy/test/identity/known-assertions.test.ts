import { beforeEach, describe, expect, test } from "@jest/globals";
import { rememberAssertions } from "../../src/identity/known-assertions.ts";

const start = 1_000;
let now = start;
let asked: string[] = [];
beforeEach(() => {
  now = start;
  asked = [];
});
const remembering = (lifetime: number) =>
  rememberAssertions(
    async (token) => {
      asked.push(token);
      if (token === "bad") return undefined;
      const claims = {
        iss: "i",
        aud: "a",
        sub: token,
        client_id: "c",
        scope: "s",
        sid: "g",
        token_jti: "j",
        token_kid: "k",
        token_exp: 2_000,
      };
      return { ...claims, exp: start + lifetime };
    },
    () => now,
  );

describe("an assertion that was checked", () => {
  test("is not checked again while it lives", async () => {
    const verify = remembering(20);
    await verify("ada");
    now += 19;
    expect((await verify("ada"))?.sub).toBe("ada");
    expect(asked).toEqual(["ada"]);
  });

  test.each([
    ["it has expired", 20, 20],
    ["half a minute has passed", 3_600, 30],
  ])("is checked again once %s", async (_what, lifetime, later) => {
    const verify = remembering(lifetime);
    await verify("ada");
    now += later;
    await verify("ada");
    expect(asked).toHaveLength(2);
  });

  test("says nothing about another one; a bad one is checked each time", async () => {
    const verify = remembering(20);
    expect((await verify("ada"))?.sub).toBe("ada");
    expect((await verify("bob"))?.sub).toBe("bob");
    expect([await verify("bad"), await verify("bad")]).toEqual([undefined, undefined]);
    expect(asked).toEqual(["ada", "bob", "bad", "bad"]);
  });

  test("is forgotten when too many are known: the memory is bounded", async () => {
    const verify = remembering(20);
    for (let count = 0; count <= 1_000; count += 1) await verify(`user ${count}`);
    await verify("user 0");
    await verify("user 1000");
    expect(asked.filter((token) => token === "user 0")).toHaveLength(2);
    expect(asked.filter((token) => token === "user 1000")).toHaveLength(1);
  });
});
