import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { setup } from "../../src/verbs/setup.ts";
import { makeFolder, personWith } from "../fixtures/person.ts";

let place: ReturnType<typeof makeFolder>;
beforeEach(() => {
  place = makeFolder();
});
afterEach(() => place.remove());

describe("setup with a person", () => {
  test("asks again until an answer can be used, never shows the secret, and makes the rest", async () => {
    const answers = ["example.com", "g.mydomain.dev", "", "Iv1.5", "canary-app-secret", "octocat, hubot"];
    const { terminal, seen } = personWith(answers);
    const { code, printed } = await place.run(setup, [], { terminal });
    expect(code).toBe(0);
    expect(printed).toContain("sample value");
    expect(printed).toContain("https://auth.g.mydomain.dev/callback");
    expect(seen.filter(({ isSecret }) => isSecret).map(({ question }) => question)).toEqual(["Its client secret: "]);
    const written = parseEnv(place.dotEnv());
    expect(written).toMatchObject({
      GITHUB_CLIENT_SECRET: "canary-app-secret",
      ALLOWED_GITHUB_USERS: "octocat, hubot",
    });
    expect(written).not.toHaveProperty("ACME_EMAIL");
    for (const secret of [written.GITHUB_CLIENT_SECRET, written.GATEWAY_JWT_SECRET, written.REDIS_PASSWORD])
      expect(printed).not.toContain(secret);
    expect(place.mode()).toBe(0o600);
  });

  test("without a domain asks for an app alone, and without one for nothing more", async () => {
    const { terminal, seen } = personWith(["", ""]);
    expect(await place.run(setup, [], { terminal })).toMatchObject({ code: 0 });
    expect(seen).toHaveLength(2);
    expect(() => place.dotEnv()).toThrow("ENOENT");
  });

  test("does not ask for what is there, and asks anew for a sample value", async () => {
    place.write("BASE_DOMAIN=g.mydomain.dev\nACME_EMAIL=me@mydomain.dev\nGITHUB_CLIENT_ID=your-client-id\n");
    const { terminal, seen } = personWith(["Iv1.5", "s3cret", "*"]);
    await place.run(setup, [], { terminal });
    expect(seen.map(({ question }) => question)).toEqual([
      "Client id of the GitHub OAuth app: ",
      "Its client secret: ",
      "GitHub logins that may sign in, separated by commas (* is everyone): ",
    ]);
    expect(place.dotEnv()).toMatch(/^BASE_DOMAIN=g.mydomain.dev\nACME_EMAIL=me@mydomain.dev\nGITHUB_CLIENT_ID=Iv1.5\n/);
  });

  test("keeps the secrets of a stack that ran without it", async () => {
    const secrets = join(place.folder, "data/docker/secrets");
    mkdirSync(secrets, { recursive: true });
    writeFileSync(join(secrets, "gateway_jwt_secret"), "made-by-the-stack-at-its-first-start");
    const { terminal } = personWith(["g.mydomain.dev", "", "Iv1.5", "s3cret", "*"]);
    await place.run(setup, [], { terminal });
    expect(parseEnv(place.dotEnv())).toMatchObject({ GATEWAY_JWT_SECRET: "made-by-the-stack-at-its-first-start" });
  });

  test("whoever ends the input has written nothing", async () => {
    const { terminal } = personWith(["g.mydomain.dev"]);
    await expect(place.run(setup, [], { terminal })).rejects.toThrow("nobody answers");
    expect(() => place.dotEnv()).toThrow("ENOENT");
  });
});
