import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { ComposedStack, openPlace } from "../src/compose/composed-stack.ts";
import { until } from "../src/processes.ts";
import { testWith } from "../src/test-with.ts";

const test = testWith("traefik", "/proc");
const metadata = "/.well-known/oauth-authorization-server";
const registration = JSON.stringify({
  redirect_uris: ["http://127.0.0.1/callback"],
  token_endpoint_auth_method: "none",
});
/** Addresses of this machine: who speaks to Traefik. */
const [anybody, balancer] = ["127.0.0.1", "127.0.0.2"] as const;

describe("TLS=off, behind a balancer that ends TLS", () => {
  let stack: ComposedStack;
  beforeEach(async () => {
    stack = await ComposedStack.open(await openPlace(), {
      files: ["http.yml"],
      variables: {
        TRUSTED_PROXIES: `${balancer}/32`,
        GATEWAY_RATE_LIMIT_DEPTH: "1",
        RATE_LIMIT_AVERAGE: "1",
        RATE_LIMIT_BURST: "3",
      },
      auth: { PROXY_HOPS: "2", REGISTRATION_RATE_LIMIT: "1" },
    });
    stack.start();
    await until(
      () =>
        ask("auth", metadata, { for: "192.0.2.1" }).then(
          ({ status }) => (status === 200 ? true : undefined),
          () => undefined,
        ),
      () => `Traefik answering\n${stack.logged}`,
    );
  }, 60_000);
  afterEach(() => stack[Symbol.asyncDispose](), 30_000);

  /** One request by a public name. @param more who asks, by default the balancer, and what it says of its client */
  async function ask(
    label: string,
    path: string,
    { from = balancer, body, ...more }: { from?: string; for?: string; host?: string; body?: string } = {},
  ) {
    const headers = {
      host: stack.host(label),
      ...(more.for === undefined ? {} : { "x-forwarded-for": more.for }),
      ...(more.host === undefined ? {} : { "x-forwarded-host": more.host }),
      "x-forwarded-proto": "https",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const { http: port } = stack.place.ports;
    const method = body === undefined ? "GET" : "POST";
    const asked = request({ host: "127.0.0.1", port, localAddress: from, path, headers, method, agent: false }).end(
      body,
    );
    const [answer] = await once(asked, "response");
    return { status: answer.statusCode as number, headers: answer.headers, body: await text(answer) };
  }

  test("URLs are https and without the port here, though http is spoken", async () => {
    const { body } = await ask("auth", metadata, { for: "192.0.2.2" });
    expect(JSON.parse(body).issuer).toBe(`https://${stack.host("auth")}`);
    const { status, headers } = await ask("memory", "/mcp", { for: "192.0.2.2" });
    const document = `https://${stack.host("memory")}/.well-known/oauth-protected-resource/mcp`;
    expect([status, headers["www-authenticate"]]).toEqual([401, expect.stringContaining(document)]);
  });

  test("a server is chosen by Host alone, whatever anybody says of another one", async () => {
    for (const from of [balancer, anybody]) {
      const { status, headers } = await ask("memory", "/mcp", { from, for: "192.0.2.3", host: stack.host("refused") });
      expect([from, status, headers["www-authenticate"]]).toEqual([
        from,
        401,
        expect.stringContaining(stack.host("memory")),
      ]);
    }
  });

  test("who asks too often is refused, and nobody else: clients are told apart by what the balancer says", async () => {
    const statuses = [];
    for (let asked = 0; asked < 6; asked += 1)
      statuses.push((await ask("auth", metadata, { for: "192.0.2.4" })).status);
    expect(statuses).toContain(429);
    expect((await ask("auth", metadata, { for: "192.0.2.5" })).status).toBe(200);
  });

  test("auth counts registrations of each client of the balancer for itself", async () => {
    const register = async (client: string) =>
      (await ask("auth", "/register", { for: client, body: registration })).status;
    expect([await register("192.0.2.6"), await register("192.0.2.6")]).toEqual([201, 429]);
    expect(await register("192.0.2.7")).toBe(201);
  });

  test("nobody but the balancer can pass for another client", async () => {
    const statuses = [];
    for (let asked = 0; asked < 6; asked += 1)
      statuses.push((await ask("auth", metadata, { from: anybody, for: `192.0.2.${10 + asked}` })).status);
    expect(statuses).toContain(429);
  });
});
