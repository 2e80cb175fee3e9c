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
    const answers = ["example.com", "g.mydomain.dev", "", "github", "Iv1.5", "canary-app-secret", "octocat, hubot"];
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

  test("makes no password for a Redis that is somebody else's", async () => {
    place.write("REDIS_URL=redis://store.example:6379\n");
    const answers = ["g.mydomain.dev", "", "github", "Iv1.5", "s3cret", "octocat"];
    await place.run(setup, [], { terminal: personWith(answers).terminal });
    const written = parseEnv(place.dotEnv());
    expect(written.GATEWAY_JWT_SECRET).toHaveLength(64);
    expect(written).not.toHaveProperty("REDIS_PASSWORD");
  });

  test("without a domain offers the local page, which needs nothing", async () => {
    const { terminal, seen } = personWith(["", "", ""]);
    const { code, printed } = await place.run(setup, [], { terminal });
    expect([code, printed]).toEqual([0, expect.stringContaining("no password")]);
    expect(seen.map(({ question }) => question)).toEqual([
      expect.stringContaining("Domain"),
      expect.stringMatching(/^How people sign in: github, oidc, both, local .*\[local\]: $/),
      expect.stringContaining("Names"),
    ]);
    expect(() => place.dotEnv()).toThrow("ENOENT");
  });

  test("the local page is not offered with a domain, and refused where it is asked for", async () => {
    const { terminal, seen } = personWith(["g.mydomain.dev", "", "local", "github", "Iv1.5", "s3cret", "*"]);
    const { printed } = await place.run(setup, [], { terminal });
    expect(seen.filter(({ question }) => question.startsWith("How people"))).toHaveLength(2);
    expect(printed).toContain("Allowed: github, oidc, both.");
    const again = personWith([""]);
    await expect(place.run(setup, ["--sign-in", "local"], { terminal: again.terminal })).rejects.toThrow("BASE_DOMAIN");
    await expect(place.run(setup, ["--sign-in", "saml"], { terminal })).rejects.toThrow("github, oidc, both, local");
  });

  test("asks about an OpenID provider, says the callback URL first, and never shows the secret", async () => {
    const provider = ["https://id.mydomain.dev", "gateway", "canary-of-provider", "jane@mydomain.dev", ""];
    const { terminal, seen } = personWith(["g.mydomain.dev", "", "oidc", "http://id.mydomain.dev", ...provider]);
    const { code, printed } = await place.run(setup, [], { terminal });
    expect(code).toBe(0);
    expect(printed.indexOf("https://auth.g.mydomain.dev/callback/oidc")).toBeLessThan(printed.indexOf("Allowed: "));
    expect(seen.filter(({ isSecret }) => isSecret)).toHaveLength(1);
    expect(printed).not.toContain("canary-of-provider");
    expect(parseEnv(place.dotEnv())).toMatchObject({
      OIDC_ISSUER: "https://id.mydomain.dev",
      OIDC_CLIENT_ID: "gateway",
      OIDC_CLIENT_SECRET: "canary-of-provider",
      ALLOWED_OIDC_USERS: "jane@mydomain.dev",
    });
    expect(place.mode()).toBe(0o600);
  });

  test("asks about a second way beside the one that is there", async () => {
    place.write("GITHUB_CLIENT_ID=Iv1.5\nGITHUB_CLIENT_SECRET=s3cret\nALLOWED_GITHUB_USERS=octocat\n");
    const provider = ["https://id.mydomain.dev", "gateway", "s3cret2", "*", "Staff"];
    const { terminal } = personWith(["", ...provider]);
    const { printed } = await place.run(setup, ["--sign-in", "both"], { terminal });
    expect(printed).toContain("http://localhost:8080/callback/oidc");
    expect(parseEnv(place.dotEnv())).toMatchObject({ GITHUB_CLIENT_ID: "Iv1.5", OIDC_NAME: "Staff" });
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
    const { terminal } = personWith(["g.mydomain.dev", "", "", "Iv1.5", "s3cret", "*"]);
    await place.run(setup, [], { terminal });
    expect(parseEnv(place.dotEnv())).toMatchObject({ GATEWAY_JWT_SECRET: "made-by-the-stack-at-its-first-start" });
  });

  test("whoever ends the input has written nothing", async () => {
    const { terminal } = personWith(["g.mydomain.dev"]);
    await expect(place.run(setup, [], { terminal })).rejects.toThrow("nobody answers");
    expect(() => place.dotEnv()).toThrow("ENOENT");
  });
});
