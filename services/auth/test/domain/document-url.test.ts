import { describe, expect, test } from "@jest/globals";
import { isDocumentUrl } from "../../src/domain/document-url.ts";

describe("the URL of a document that a client names (oauth-wire 4.2.1)", () => {
  test.each([
    ["https://app.example/client"],
    ["https://app.example:443/client.json"],
    ["https://sub.app.example/a/b?c=d"],
    ["https://claude.ai/oauth/claude-code-client-metadata"],
    ["https://xn--bcher-kva.example/c"],
    ["https://app.example/a%20b"],
    ["https://app.example/..a/.b"],
  ])("accepts %s", (url) => {
    expect(isDocumentUrl(url)).toBe(true);
  });

  test.each([
    ["http", "http://app.example/c"],
    ["another scheme", "file:///etc/passwd"],
    ["a scheme in capitals", "HTTPS://app.example/c"],
    ["no path", "https://app.example"],
    ["the root", "https://app.example/"],
    ["the root with a query", "https://app.example/?c"],
    ["user information", "https://u:p@app.example/c"],
    ["a fragment", "https://app.example/c#f"],
    ["another port", "https://app.example:8443/c"],
    ["a dot segment", "https://app.example/a/../c"],
    ["an escaped dot segment", "https://app.example/a/%2e%2E/c"],
    ["a dot segment at the end", "https://app.example/a/."],
    ["a backslash", "https://app.example\\@127.0.0.1/c"],
    ["a blank", "https://app.example/a b"],
    ["a line break", "https://app.example/a\nb"],
    ["a single label", "https://localhost/c"],
    ["a trailing dot", "https://app.example./c"],
    ["an IPv4 address", "https://127.0.0.1/c"],
    ["a short IPv4 address", "https://127.1/c"],
    ["a decimal IPv4 address", "https://2130706433/c"],
    ["a hexadecimal IPv4 address", "https://0x7f.0.0.1/c"],
    ["an octal IPv4 address", "https://0177.0.0.01/c"],
    ["an IPv6 address", "https://[::1]/c"],
    ["a mapped IPv4 address", "https://[::ffff:127.0.0.1]/c"],
    ["digits of another script", "https://１２７.0.0.1/c"],
    ["more than 512 characters", `https://app.example/${"c".repeat(500)}`],
    ["loopback without its setting", "http://localhost:8080/c"],
  ])("refuses %s", (_what, url) => {
    expect(isDocumentUrl(url)).toBe(false);
  });

  test.each([
    ["http://localhost:8080/c", true],
    ["http://127.0.0.1/c", true],
    ["http://127.0.0.1:99999/c", false],
    ["http://127.0.0.1.evil.example/c", false],
    ["http://localhost@evil.example/c", false],
    ["http://10.0.0.1/c", false],
    ["http://localhost:8080/", false],
  ])("for development %s: %s", (url, allowed) => {
    expect(isDocumentUrl(url, { allowLoopback: true })).toBe(allowed);
  });
});
