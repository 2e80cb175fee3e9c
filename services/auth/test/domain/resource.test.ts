import type { ResourceServers } from "@gateway/registry";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isBareOrigin, resolveResource } from "../../src/domain/resource.ts";

const servers: ResourceServers = {
  strictResource: false,
  servers: [
    {
      name: "files",
      title: "Files",
      identifiers: ["http://localhost:8080/files/mcp", "http://files.localhost:8080/mcp"],
    },
    { name: "time", title: "Time", identifiers: ["https://time.example.com/mcp"] },
    { name: "path", title: "Path", identifiers: ["https://example.com/path/mcp"] },
  ],
};

describe("resource parameter (RFC 8707 2)", () => {
  test.each([
    ["another path", "https://time.example.com/other"],
    ["a longer path", "https://time.example.com/mcp/x"],
    ["another case of the path", "https://time.example.com/MCP"],
    ["a query", "https://time.example.com/mcp?x=1"],
    ["an empty query", "https://time.example.com/mcp?"],
    ["a fragment", "https://time.example.com/mcp#x"],
    ["another scheme", "http://time.example.com/mcp"],
    ["a scheme of its own", "wss://time.example.com/mcp"],
    ["another port", "https://time.example.com:8443/mcp"],
    ["the port of another scheme", "https://time.example.com:80/mcp"],
    ["a sub-domain", "https://x.time.example.com/mcp"],
    ["a longer domain", "https://time.example.com.evil.example/mcp"],
    ["user info", "https://time.example.com@evil.example/mcp"],
    ["user info before the right host", "https://evil@time.example.com/mcp"],
    ["a trailing dot", "https://time.example.com./mcp"],
    ["dot segments", "https://time.example.com/x/../mcp"],
    ["an encoded slash", "https://example.com/path%2fmcp"],
    ["a double slash", "https://time.example.com//mcp"],
    ["two slashes at the end", "https://time.example.com/mcp//"],
    ["backslashes", "https:\\\\time.example.com\\mcp"],
    ["white space before", " https://time.example.com/mcp"],
    ["a newline inside", "https://time.example.com/m\ncp"],
    ["a newline at the end", "https://time.example.com/mcp\n"],
    ["no scheme", "time.example.com/mcp"],
    ["the origin of several servers", "http://localhost:8080"],
    ["the path of another server's name", "http://localhost:8080/time/mcp"],
    ["nothing", ""],
    ["a name", "files"],
  ])("refuses %s: %j", (_what, requested) => {
    expect(resolveResource(servers, requested)).toBeUndefined();
  });

  test.each([
    ["https://time.example.com/mcp", "https://time.example.com/mcp"],
    ["https://time.example.com/mcp/", "https://time.example.com/mcp"],
    ["https://time.example.com", "https://time.example.com/mcp"],
    ["https://time.example.com/", "https://time.example.com/mcp"],
    ["https://time.example.com:443/mcp", "https://time.example.com/mcp"],
    ["HTTPS://Time.Example.COM/mcp", "https://time.example.com/mcp"],
    ["https://example.com/path", "https://example.com/path/mcp"],
    ["https://example.com/path/", "https://example.com/path/mcp"],
    ["https://example.com/path/mcp/", "https://example.com/path/mcp"],
    ["http://LOCALHOST:8080/files/mcp", "http://localhost:8080/files/mcp"],
    ["http://files.localhost:8080", "http://files.localhost:8080/mcp"],
  ])("takes %s for %s", (requested, resource) => {
    expect(resolveResource(servers, requested)?.resource).toBe(resource);
  });

  test("finds the server of each identifier, under either form", () => {
    expect(resolveResource(servers, "http://files.localhost:8080/mcp")?.server.name).toBe("files");
    expect(resolveResource(servers, "http://localhost:8080/files/mcp")?.server.name).toBe("files");
  });

  test("resolves every spelling that clients have for an identifier to that identifier (oauth-wire 0.2)", () => {
    const identifiers = servers.servers.flatMap((server) => server.identifiers);
    const anyCase = (text: string) =>
      fc
        .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
        .map((upper) => [...text].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join(""));
    const spelling = fc.constantFrom(...identifiers).chain((identifier) => {
      const { protocol, host, port, pathname } = new URL(identifier);
      const origin = anyCase(`${protocol}//${host}`);
      const ports = fc.constantFrom("", ...(port === "" ? [protocol === "https:" ? ":443" : ":80"] : []));
      const paths = fc.constantFrom(
        pathname,
        `${pathname}/`,
        pathname.replace(/\/mcp$/, ""),
        pathname.replace(/mcp$/, ""),
      );
      return fc.tuple(
        fc.constant(identifier),
        fc.tuple(origin, ports, paths).map((parts) => parts.join("")),
      );
    });
    fc.assert(
      fc.property(spelling, ([identifier, requested]) => {
        expect(resolveResource(servers, requested)?.resource).toBe(identifier);
      }),
      { numRuns: 1_000 },
    );
  });

  test("never resolves to anything but the identifier on the host that was named", () => {
    const near = fc
      .tuple(
        fc.constantFrom("http", "https", "HTTP", "ftp"),
        fc.constantFrom("localhost:8080", "time.example.com", "example.com", "evil.example", "time.example.com:443"),
        fc.string({ unit: fc.constantFrom("/", "mcp", "files", "path", ".", "..", "%2f", "?", "#", "@", "\\", " ") }),
      )
      .map(([scheme, host, path]) => `${scheme}://${host}${path}`);
    fc.assert(
      fc.property(fc.oneof(near, fc.string(), fc.webUrl()), (requested) => {
        const found = resolveResource(servers, requested);
        if (found === undefined) return;
        expect(new URL(requested).origin).toBe(new URL(found.resource).origin);
        expect(found.resource).toMatch(new URL(requested).pathname.replace(/\/$/, ""));
        expect(requested).not.toMatch(/[?#@\\\s]/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the bare origin of several servers", () => {
  test.each([
    ["http://localhost:8080", true],
    ["http://localhost:8080/", true],
    ["HTTP://localhost:8080", true],
    ["https://example.com", true],
    ["https://evil.example", false],
    ["http://localhost:8080/files", false],
    ["http://localhost:8080?x", false],
  ])("%s -> %s", (requested, bare) => {
    expect(isBareOrigin(servers, requested)).toBe(bare);
  });
});
