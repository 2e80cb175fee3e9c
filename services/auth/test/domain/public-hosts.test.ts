import { describe, expect, test } from "@jest/globals";
import { findDocument, findEndpoint, isHostOf, publicHostsOf } from "../../src/domain/public-hosts.ts";

const hosts = publicHostsOf({
  strictResource: false,
  servers: [
    { name: "files", title: "F", identifiers: ["http://localhost:8080/files/mcp", "http://files.localhost:8080/mcp"] },
    { name: "time", title: "T", identifiers: ["http://localhost:8080/time/mcp", "http://time.localhost:8080/mcp"] },
    { name: "far", title: "Far", identifiers: ["https://far.example.com/mcp"] },
  ],
});

describe("endpoint by host and path (decision 36)", () => {
  test.each([
    ["an unknown host", "evil.example", "/mcp"],
    ["no host", "", "/mcp"],
    ["another port", "files.localhost:8081", "/mcp"],
    ["no port where there is one", "files.localhost", "/mcp"],
    ["the default port of the other scheme", "far.example.com:80", "/mcp"],
    ["two trailing dots", "far.example.com..", "/mcp"],
    ["blanks", "far.example.com ", "/mcp"],
    ["a list of hosts", "far.example.com,evil.example", "/mcp"],
    ["another path", "far.example.com", "/"],
    ["a longer path", "far.example.com", "/mcp/x"],
    ["another case of the path", "far.example.com", "/MCP"],
    ["the path form on another host", "far.example.com", "/files/mcp"],
    ["the host form on the shared host", "localhost:8080", "/mcp"],
  ])("there is none for %s", (_what, host, path) => {
    expect(findEndpoint(hosts, host, path)).toBeUndefined();
  });

  test.each([
    ["far.example.com", "/mcp", "far", "https://far.example.com/mcp"],
    ["FAR.example.COM", "/mcp", "far", "https://far.example.com/mcp"],
    ["far.example.com.", "/mcp", "far", "https://far.example.com/mcp"],
    ["far.example.com:443", "/mcp", "far", "https://far.example.com/mcp"],
    ["far.example.com.:443", "/mcp/", "far", "https://far.example.com/mcp/"],
    ["time.localhost:8080", "/mcp", "time", "http://time.localhost:8080/mcp"],
    ["localhost:8080", "/time/mcp/", "time", "http://localhost:8080/time/mcp/"],
  ])("%s%s is %s at %s", (host, path, name, url) => {
    expect(findEndpoint(hosts, host, path)).toMatchObject({ server: { name }, url });
  });

  test("the metadata URL has the slash form of the request (oauth-wire 2)", () => {
    expect(findEndpoint(hosts, "localhost:8080", "/time/mcp/")?.metadataUrl).toBe(
      "http://localhost:8080/.well-known/oauth-protected-resource/time/mcp/",
    );
  });
});

describe("metadata document by host and suffix (oauth-wire 1)", () => {
  test.each([
    ["the root where servers share the host", "localhost:8080", ""],
    ["the root with a slash", "far.example.com", "/"],
    ["another suffix", "far.example.com", "/other"],
    ["a longer suffix", "far.example.com", "/mcp/mcp"],
    ["an unknown name", "localhost:8080", "/none/mcp"],
    ["an unknown host", "evil.example", ""],
  ])("there is none for %s", (_what, host, suffix) => {
    expect(findDocument(hosts, host, suffix)).toBeUndefined();
  });

  test.each([
    ["far.example.com", "", "https://far.example.com/mcp"],
    ["far.example.com", "/mcp", "https://far.example.com/mcp"],
    ["far.example.com", "/mcp/", "https://far.example.com/mcp/"],
    ["localhost:8080", "/time", "http://localhost:8080/time/mcp"],
    ["localhost:8080", "/time/mcp", "http://localhost:8080/time/mcp"],
    ["localhost:8080", "/time/mcp/", "http://localhost:8080/time/mcp/"],
    ["time.localhost:8080", "", "http://time.localhost:8080/mcp"],
  ])("%s %j describes %s", (host, suffix, url) => {
    expect(findDocument(hosts, host, suffix)?.url).toBe(url);
  });
});

test("a host belongs to a URL in any spelling, and only then", () => {
  expect(isHostOf("https://auth.example.com", "Auth.example.com.:443")).toBe(true);
  expect(isHostOf("https://auth.example.com", "auth.example.com:8443")).toBe(false);
});
