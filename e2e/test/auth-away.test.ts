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

  const askEverywhere = () =>
    Promise.all([ask("memory", "/mcp"), ask("auth", metadata), ask("auth", "/token", { form: "grant_type=none" })]);

  test("says 503 and when to come back, wherever auth would have been asked", async () => {
    const startAnew = await stack.endAuth();
    for (const answer of await askEverywhere()) expect(answer).toMatchObject(away);
    await startAnew();
    expect((await ask("memory", "/mcp")).status).toBe(401);
  }, 150_000);

  test("says the same of an auth that hangs", async () => {
    const goOn = stack.hangAuth();
    for (const answer of await askEverywhere()) expect(answer).toMatchObject(away);
    goOn();
    expect((await ask("memory", "/mcp")).status).toBe(401);
  }, 150_000);

  test("says the same of an auth that hangs and takes no connection any more", async () => {
    const goOn = stack.hangAuth();
    const full = await stack.fillAuthQueue();
    expect(await ask("memory", "/mcp")).toMatchObject(away);
    for (const connection of full) connection.destroy();
    goOn();
    expect((await ask("memory", "/mcp")).status).toBe(401);
  }, 150_000);

  test("says 503 and when to come back, if with fewer words, where what would write them is away too", async () => {
    await stack.endDockerSocket();
    await stack.endAuth();
    const { status, headers } = await ask("memory", "/mcp");
    expect([status, headers["retry-after"]]).toEqual([503, "5"]);
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

/** The answer where auth cannot be asked. */
const away = {
  status: 503,
  headers: { "retry-after": "5", "cache-control": "no-store", "content-type": "application/json" },
  body: expect.stringContaining('{"error":"temporarily_unavailable","error_description":"'),
};

/** So that who asks this often is not refused for it. */
const generous = { RATE_LIMIT_AVERAGE: "1000", RATE_LIMIT_BURST: "2000" };
