import { once } from "node:events";
import { type Agent, Agent as KeepAlive, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { askedWhile } from "../src/ask-steadily.ts";
import { ComposedStack, openPlace } from "../src/compose/composed-stack.ts";
import { until } from "../src/processes.ts";
import { testWith } from "../src/test-with.ts";

const test = testWith("traefik", "/proc");
const metadata = "/.well-known/oauth-authorization-server";

describe("a Traefik whose auth is away", () => {
  let stack: ComposedStack;
  beforeEach(async () => {
    stack = await ComposedStack.open(await openPlace(), { files: ["http.yml"], variables: generous });
    stack.start();
    await until(
      () =>
        ask("auth", metadata)
          .then(({ status }) => status === 200 || undefined)
          .catch(() => undefined),
      () => `Traefik answering\n${stack.logged}`,
    );
  }, 60_000);
  afterEach(() => stack[Symbol.asyncDispose](), 30_000);

  /** One request by a public name: a GET, or a POST of `form`. @param agent absent: on a connection of its own */
  async function ask(label: string, path: string, { form, agent }: { form?: string; agent?: Agent } = {}) {
    const headers = {
      host: stack.host(label),
      ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    };
    const about = { host: "127.0.0.1", port: stack.place.ports.http, path, headers, agent: agent ?? false };
    const asked = request({ ...about, method: form === undefined ? "GET" : "POST" }).end(form);
    const [answer] = await once(asked, "response");
    return { status: answer.statusCode as number, headers: answer.headers, body: await text(answer) };
  }

  test("says 503 and when to come back, wherever auth would have been asked", async () => {
    const startAnew = await stack.endAuth();
    const all = [ask("memory", "/mcp"), ask("auth", metadata), ask("auth", "/token", { form: "grant_type=none" })];
    for (const { status, headers, body } of await Promise.all(all)) {
      expect([status, body]).toEqual([503, ""]);
      expect(headers).toMatchObject({ "retry-after": "5", "cache-control": "no-store" });
    }
    await startAnew();
    expect((await ask("memory", "/mcp")).status).toBe(401);
  }, 150_000);

  test("lets whoever asks while auth starts anew wait, and nobody sees an error", async () => {
    const agent = new KeepAlive({ keepAlive: true });
    const statusOf = async (answer: ReturnType<typeof ask>) => (await answer).status;
    const questions = [
      () => statusOf(ask("memory", "/mcp")),
      () => statusOf(ask("memory", "/mcp", { agent })),
      () => statusOf(ask("auth", "/token", { agent, form: "grant_type=none" })),
    ];
    const statuses = await askedWhile(questions, async () => {
      for (let time = 0; time < 3; time += 1) {
        await ask("memory", "/mcp");
        const startAnew = await stack.endAuth();
        await startAnew();
      }
    });
    agent.destroy();
    expect(statuses).toEqual([400, 401]);
  }, 150_000);
});

/** So that who asks this often is not refused for it. */
const generous = { RATE_LIMIT_AVERAGE: "1000", RATE_LIMIT_BURST: "2000" };
