import { once } from "node:events";
import { request } from "node:http";
import { afterEach, beforeEach, expect } from "@jest/globals";
import { ComposedStack, openPlace } from "../src/compose/composed-stack.ts";
import { until } from "../src/processes.ts";
import { testWith } from "../src/test-with.ts";

const test = testWith("traefik");

let stack: ComposedStack;
beforeEach(async () => {
  stack = await ComposedStack.open(await openPlace(), { files: ["http.yml"] });
  stack.start();
  await until(
    () =>
      ask("auth", "/").then(
        ({ status }) => (status === 200 ? true : undefined),
        () => undefined,
      ),
    () => `Traefik answering\n${stack.logged}`,
    60_000,
  );
}, 90_000);
afterEach(() => stack[Symbol.asyncDispose](), 30_000);

async function ask(label: string, path: string, more: Readonly<Record<string, string>> = {}) {
  const headers = { host: stack.host(label), ...more };
  const asked = request({ host: "127.0.0.1", port: stack.place.ports.http, path, headers, agent: false }).end();
  const [answer] = await once(asked, "response");
  answer.resume();
  return { status: answer.statusCode as number };
}

/** What Traefik has logged of requests by a client that calls itself so. */
function linesOf(userAgent: string) {
  const whole = stack.logged.split("\n").slice(0, -1);
  const lines = whole.filter((line) => line.includes(userAgent));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("an entry says which program asked for what host, and holds no path, no query and no other header", async () => {
  const userAgent = 'odd-client/1.2 ("quoted")';
  const secrets = { authorization: "Bearer canary-token", cookie: "session=canary-cookie", "x-key": "canary-key" };
  const { status } = await ask("memory", "/mcp?code=canary-code", { "user-agent": userAgent, ...secrets });
  expect(status).toBe(401);
  const [entry] = await until(
    () => (linesOf("odd-client").length > 0 ? linesOf("odd-client") : undefined),
    () => `an entry\n${stack.logged}`,
  );
  expect(entry).toMatchObject({
    "request_User-Agent": userAgent,
    RequestHost: stack.host("memory"),
    RequestMethod: "GET",
    DownstreamStatus: 401,
    ClientHost: "127.0.0.1",
  });
  const headers = Object.keys(entry ?? {}).filter((field) => /^(request|origin|downstream)_/.test(field));
  expect(headers).toEqual(["request_User-Agent"]);
  expect(stack.logged).not.toMatch(/canary|"\/mcp/);
});
