import { once } from "node:events";
import { type Agent, Agent as KeepAlive, request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect } from "@jest/globals";
import { askedWhile } from "../src/ask-steadily.ts";
import { ComposedStack, openPlace } from "../src/compose/composed-stack.ts";
import { until } from "../src/processes.ts";
import { testBesideWith, testWith } from "../src/test-with.ts";

const test = testWith("traefik", "/proc");
const testBeside = testBesideWith("traefik", "/proc");
const metadata = "/.well-known/oauth-authorization-server";

async function openStack(): Promise<ComposedStack> {
  const stack = await ComposedStack.open(await openPlace(), { files: ["http.yml"], variables: generous });
  try {
    stack.start();
    await until(
      () =>
        ask(stack, "auth", metadata)
          .then(({ status }) => status === 200 || undefined)
          .catch(() => undefined),
      () => `Traefik answering\n${stack.logged}`,
    );
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return stack;
}

/** One request by a public name: a GET, or a POST of `form`. @param agent absent: on a connection of its own */
async function ask(
  stack: ComposedStack,
  label: string,
  path: string,
  { form, agent }: { form?: string; agent?: Agent } = {},
) {
  const headers = {
    host: stack.host(label),
    ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
  };
  const about = { host: "127.0.0.1", port: stack.place.ports.http, path, headers, agent: agent ?? false };
  const asked = request({ ...about, method: form === undefined ? "GET" : "POST" }).end(form);
  const [answer] = await once(asked, "response");
  return { status: answer.statusCode as number, headers: answer.headers, body: await text(answer) };
}

const askEverywhere = (stack: ComposedStack) =>
  Promise.all([
    ask(stack, "memory", "/mcp"),
    ask(stack, "auth", metadata),
    ask(stack, "auth", "/token", { form: "grant_type=none" }),
  ]);

describe("a Traefik whose auth is away", () => {
  testBeside(
    "says 503 and when to come back, wherever auth would have been asked",
    async () => {
      await using stack = await openStack();
      const startAnew = await stack.endAuth();
      for (const answer of await askEverywhere(stack)) expect(answer).toMatchObject(away);
      await startAnew();
      expect((await ask(stack, "memory", "/mcp")).status).toBe(401);
    },
    150_000,
  );

  testBeside(
    "says the same of an auth that hangs",
    async () => {
      await using stack = await openStack();
      const goOn = stack.hangAuth();
      for (const answer of await askEverywhere(stack)) expect(answer).toMatchObject(away);
      goOn();
      expect((await ask(stack, "memory", "/mcp")).status).toBe(401);
    },
    150_000,
  );

  testBeside(
    "says the same of an auth that hangs and takes no connection any more",
    async () => {
      await using stack = await openStack();
      const goOn = stack.hangAuth();
      const full = await stack.fillAuthQueue();
      expect(await ask(stack, "memory", "/mcp")).toMatchObject(away);
      for (const connection of full) connection.destroy();
      goOn();
      expect((await ask(stack, "memory", "/mcp")).status).toBe(401);
    },
    150_000,
  );

  testBeside(
    "says 503 and when to come back, if with fewer words, where what would write them is away too",
    async () => {
      await using stack = await openStack();
      await stack.endDockerSocket();
      await stack.endAuth();
      const { status, headers } = await ask(stack, "memory", "/mcp");
      expect([status, headers["retry-after"]]).toEqual([503, "5"]);
    },
    150_000,
  );

  test("lets whoever asks while auth starts anew wait, and nobody sees an error", async () => {
    await using stack = await openStack();
    const agent = new KeepAlive({ keepAlive: true });
    const statusOf = async (answer: ReturnType<typeof ask>) => (await answer).status;
    const questions = [
      () => statusOf(ask(stack, "memory", "/mcp")),
      () => statusOf(ask(stack, "memory", "/mcp", { agent })),
      () => statusOf(ask(stack, "auth", "/token", { agent, form: "grant_type=none" })),
    ];
    const statuses = await askedWhile(questions, async () => {
      for (let time = 0; time < 3; time += 1) {
        await ask(stack, "memory", "/mcp");
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
