import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startAuth } from "../fixtures/running-auth.ts";

let auth: Awaited<ReturnType<typeof startAuth>>;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth[Symbol.asyncDispose]());

describe("pages and endpoints of the authorization server (security.md 22)", () => {
  const paths = ["/", "/authorize", "/login", "/consent", "/token", "/register", "/assets/style.css"];

  test.each(["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "files.example"])(
    "are not there for a page that has made %s mean this machine",
    async (host) => {
      const answers = await Promise.all(paths.map((path) => auth.fetch(path, ["Host", host], "POST")));
      expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
    },
  );

  test.each(["localhost:8080", "LOCALHOST:8080", "127.0.0.1:4711", "[::1]:4711"])(
    "are there under %s",
    async (host) => {
      expect((await auth.fetch("/", ["Host", host])).status).toBe(200);
    },
  );
});
