import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  authorizationResponseUri,
  isLoopbackRedirect,
  isRedirectUriAllowed,
  redirectHost,
} from "../../src/domain/redirect-uri.ts";

describe("redirect_uri comparison", () => {
  test.each([
    ["RFC 9700 2.1 a slash more", "https://a.example/cb", "https://a.example/cb/", false],
    ["a query more", "https://a.example/cb", "https://a.example/cb?x=1", false],
    ["a path below", "https://a.example/cb", "https://a.example/cb/../evil", false],
    ["another case of the path", "https://a.example/cb", "https://a.example/CB", false],
    ["another case of the host", "https://a.example/cb", "https://A.example/cb", false],
    ["the default port written", "https://a.example/cb", "https://a.example:443/cb", false],
    ["another https port", "https://a.example:1/cb", "https://a.example:2/cb", false],
    ["https on loopback has no free port", "https://localhost:1/cb", "https://localhost:2/cb", false],
    ["another loopback host", "http://localhost:1/cb", "http://127.0.0.1:1/cb", false],
    ["another loopback family", "http://127.0.0.1/cb", "http://[::1]/cb", false],
    ["loopback, another path", "http://127.0.0.1/cb", "http://127.0.0.1:2/other", false],
    ["loopback, another query", "http://127.0.0.1/cb?a=1", "http://127.0.0.1:2/cb?a=2", false],
    ["loopback, dot segments", "http://127.0.0.1/cb", "http://127.0.0.1:2/x/../cb", false],
    ["loopback, encoded path", "http://127.0.0.1/cb", "http://127.0.0.1:2/%63b", false],
    ["loopback, no such port", "http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false],
    ["loopback, user information as port", "http://127.0.0.1/cb", "http://127.0.0.1:2@evil/cb", false],
    ["loopback, host goes on", "http://127.0.0.1/cb", "http://127.0.0.1:2.evil/cb", false],
    ["custom scheme, another path", "cursor://a/cb", "cursor://a/cb2", false],
    ["custom scheme, a port", "cursor://localhost/cb", "cursor://localhost:1/cb", false],
    ["byte for byte", "https://a.example/cb?x=%2f", "https://a.example/cb?x=%2f", true],
    ["RFC 8252 7.3 any loopback port", "http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", true],
    ["RFC 8252 7.3 another port", "http://127.0.0.1:33418/", "http://127.0.0.1:51004/", true],
    ["RFC 8252 7.3 no port at all", "http://localhost:8787/callback", "http://localhost/callback", true],
    ["RFC 8252 7.3 IPv6", "http://[::1]/cb", "http://[::1]:5/cb", true],
    ["an empty path is /", "http://127.0.0.1", "http://127.0.0.1:33418/", true],
  ])("%s: registered %s, requested %s -> %s", (_rule, registered, requested, allowed) => {
    expect(isRedirectUriAllowed([registered], requested)).toBe(allowed);
  });

  const port = fc.integer({ min: 1, max: 65_535 });
  const loopbackHost = fc.constantFrom("localhost", "127.0.0.1", "[::1]");
  const path = fc.stringMatching(/^(\/[a-z0-9%-]{0,8}){0,3}(\?[a-z=&]{0,8})?$/);

  test("a loopback URI is allowed under every port", () => {
    fc.assert(
      fc.property(loopbackHost, path, port, port, (host, rest, one, other) => {
        expect(isRedirectUriAllowed([`http://${host}:${one}${rest}`], `http://${host}:${other}${rest}`)).toBe(true);
      }),
    );
  });

  test("an allowed URI leads to the host, path and query that were registered", () => {
    const mutated = fc.tuple(loopbackHost, path, fc.string({ maxLength: 12 }), fc.nat({ max: 60 }));
    fc.assert(
      fc.property(mutated, ([host, rest, inserted, at]) => {
        const registered = `http://${host}${rest}`;
        const requested = registered.slice(0, at) + inserted + registered.slice(at);
        if (!isRedirectUriAllowed([registered], requested)) return;
        const [ours, theirs] = [new URL(registered), new URL(requested)];
        expect([theirs.hostname, theirs.pathname, theirs.search, theirs.username, theirs.hash]).toEqual([
          ours.hostname,
          ours.pathname,
          ours.search,
          "",
          "",
        ]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("what is not registered byte for byte is not allowed off loopback", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.string({ minLength: 1, maxLength: 5 }), (uri, more) => {
        fc.pre(!/^http:\/\/(localhost|127)/.test(uri));
        expect(isRedirectUriAllowed([uri], uri + more)).toBe(false);
      }),
    );
  });
});

test.each([
  ["http://127.0.0.1:5/cb", "127.0.0.1", true],
  ["https://a.example:8443/cb", "a.example:8443", false],
  ["https://xn--80ak6aa92e.example/cb", "xn--80ak6aa92e.example", false],
  ["cursor://anysphere.cursor-mcp/oauth", "cursor://anysphere.cursor-mcp", false],
  ["claude:/cb", "claude:", false],
])("a person reads %s as %s", (uri, host, isLoopback) => {
  expect(redirectHost(uri)).toBe(host);
  expect(isLoopbackRedirect(uri)).toBe(isLoopback);
});

describe("the authorization response", () => {
  const issuer = "http://localhost:8080";

  test("carries iss, keeps an existing query, and returns state unchanged", () => {
    const state = "a+b %26&=#é";
    const uri = authorizationResponseUri("https://a.example/cb?keep=%2F", issuer, { code: "c", state });
    expect(uri.startsWith("https://a.example/cb?keep=%2F&code=c&")).toBe(true);
    expect(new URL(uri).searchParams.get("state")).toBe(state);
    expect(new URL(uri).searchParams.get("iss")).toBe(issuer);
  });

  test("has no state where none was sent", () => {
    expect(authorizationResponseUri("cursor://a/cb", issuer, { code: "c", state: undefined })).toBe(
      "cursor://a/cb?code=c&iss=http%3A%2F%2Flocalhost%3A8080",
    );
  });

  test("goes to our own page out of band", () => {
    const uri = authorizationResponseUri("urn:ietf:wg:oauth:2.0:oob", issuer, { code: "c" });
    expect(uri).toBe(`${issuer}/success?code=c&iss=http%3A%2F%2Flocalhost%3A8080`);
  });
});
