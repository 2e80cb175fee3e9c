import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { checkChain } from "../../src/doctor/chain.ts";
import { checkOpenIdProvider } from "../../src/doctor/github.ts";
import { checkClock } from "../../src/doctor/network.ts";

let close = async () => {};
afterEach(() => close());

/** Something that answers like a gateway, but for what `changed` says of a path. */
async function answering(
  changed: (origin: string) => Record<string, [status: number, body: unknown, header?: string]> = () => ({}),
) {
  const server = createServer(((req, res) => {
    const origin = `http://${req.headers.host}`;
    const usual: ReturnType<typeof changed> = {
      "/x/mcp": [401, {}, `Bearer resource_metadata="${origin}/document"`],
      "/document": [200, { resource: `${origin}/x/mcp`, authorization_servers: [origin] }],
      "/.well-known/oauth-authorization-server": [
        200,
        { issuer: origin, authorization_endpoint: `${origin}/authorize` },
      ],
    };
    const [status, body, challenge] = { ...usual, ...changed(origin) }[req.url ?? ""] ?? [404, {}];
    res.writeHead(status, challenge === undefined ? {} : { "www-authenticate": challenge }).end(JSON.stringify(body));
  }) satisfies RequestListener).listen(0, "127.0.0.1");
  await once(server, "listening");
  close = async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("the way of a client from a URL to its sign-in", () => {
  test("is fine where 401, document and metadata fit together", async () => {
    const origin = await answering();
    expect(await checkChain("x", `${origin}/x/mcp`)).toMatchObject({ state: "ok" });
  });

  test.each<[string, (origin: string) => Record<string, [number, unknown, string?]>, RegExp]>([
    ["a server that lets anybody in", () => ({ "/x/mcp": [200, {}] }), /answers 200 where 401/],
    ["a challenge that was dropped", () => ({ "/x/mcp": [401, {}] }), /no resource_metadata/],
    ["a document that is not there", () => ({ "/document": [404, {}] }), /document: answers 404/],
    [
      "a document about another URL",
      (origin) => ({ "/document": [200, { resource: `${origin}/y/mcp`, authorization_servers: [origin] }] }),
      /is about .*\/y\/mcp/,
    ],
    [
      "metadata of another issuer",
      () => ({ "/.well-known/oauth-authorization-server": [200, { issuer: "https://other.dev" }] }),
      /says that its issuer is https:\/\/other\.dev/,
    ],
    [
      "metadata that is a page",
      () => ({ "/.well-known/oauth-authorization-server": [502, "Bad Gateway"] }),
      /oauth-authorization-server: answers 502/,
    ],
  ])("%s is found, and what to do is said", async (_what, changed, found) => {
    const origin = await answering(changed);
    const finding = await checkChain("x", `${origin}/x/mcp`);
    expect(finding).toMatchObject({
      state: "problem",
      found: expect.stringMatching(found),
      advice: expect.stringMatching(/./),
    });
  });

  test.each([
    [200, "without a token"],
    [503, "just status"],
  ])("%i where a challenge is due comes with advice about it: %s", async (status, advice) => {
    const origin = await answering(() => ({ "/x/mcp": [status, {}] }));
    expect(await checkChain("x", `${origin}/x/mcp`)).toMatchObject({ advice: expect.stringContaining(advice) });
  });

  test("nobody at the address is a finding, not a failure", async () => {
    const origin = await answering();
    await close();
    close = async () => {};
    expect(await checkChain("x", `${origin}/x/mcp`)).toMatchObject({ state: "problem" });
  });
});

test.each<[string, (origin: string) => string, string]>([
  ["its own issuer", (origin) => origin, "ok"],
  ["another issuer", () => "https://other.dev", "problem"],
])("an OpenID provider whose document names %s", async (_what, named, state) => {
  const document = (origin: string) => ({
    "/.well-known/openid-configuration": [200, { issuer: named(origin) }] as [number, unknown],
  });
  expect(await checkOpenIdProvider({ OIDC_ISSUER: await answering(document) })).toMatchObject([{ state }]);
});

test("a clock that is the same is fine", async () => {
  expect(await checkClock(await answering())).toMatchObject({ state: "ok" });
});
