import { describe, expect, test } from "@jest/globals";
import { checkRedirectUri } from "../src/redirect-uri.ts";

describe("redirect_uri at registration", () => {
  test.each([
    ["javascript", "javascript:alert(1)", "scheme"],
    ["javascript in capitals", "JavaScript:alert(1)", "scheme"],
    ["data", "data:text/html,x", "scheme"],
    ["vbscript", "vbscript:x", "scheme"],
    ["file", "file:///etc/passwd", "scheme"],
    ["blob", "blob:https://a.example/1", "scheme"],
    ["about", "about:blank", "scheme"],
    ["an unknown private-use scheme", "com.example.app:/cb", "scheme"],
    ["another out-of-band text", "urn:ietf:wg:oauth:2.0:oob:auto", "scheme"],
    ["http off loopback", "http://a.example/cb", "http_off_loopback"],
    ["a host that begins like localhost", "http://localhost.evil/cb", "http_off_loopback"],
    ["a host that begins like 127.0.0.1", "http://127.0.0.1.evil/cb", "http_off_loopback"],
    ["a short spelling of 127.0.0.1", "http://127.1/cb", "http_off_loopback"],
    ["a hexadecimal loopback address", "http://0x7f.0.0.1/cb", "http_off_loopback"],
    ["another loopback address", "http://127.0.0.2/cb", "http_off_loopback"],
    ["a long IPv6 loopback", "http://[0:0:0:0:0:0:0:1]/cb", "http_off_loopback"],
    ["localhost as user information", "http://localhost@evil/cb", "user_info"],
    ["user information", "https://a:b@a.example/cb", "user_info"],
    ["empty user information", "https://@a.example/cb", "user_info"],
    ["a fragment", "https://a.example/cb#x", "malformed"],
    ["an empty fragment", "https://a.example/cb#", "malformed"],
    ["a wildcard host", "https://*.example/cb", "malformed"],
    ["white space", "https://a.example/c b", "malformed"],
    ["a line break", "https://a.example/cb\r\nX: y", "malformed"],
    ["a backslash", "https://a.example\\@evil/cb", "malformed"],
    ["a name that is not ASCII", "https://ä.example/cb", "malformed"],
    ["a broken percent-encoding", "https://a.example/%zz", "malformed"],
    ["no authority", "https:a.example/cb", "malformed"],
    ["an empty authority", "https:///cb", "malformed"],
    ["a relative reference", "/cb", "malformed"],
    ["nothing", "", "malformed"],
    ["a port out of range", "http://localhost:99999/cb", "malformed"],
    ["too long", `https://a.example/${"a".repeat(2_048)}`, "too_long"],
  ])("refuses %s", (_what, uri, refusal) => {
    expect(checkRedirectUri(uri)).toBe(refusal);
  });

  test.each([
    "https://claude.ai/api/mcp/auth_callback",
    "https://a.example:8443/cb?x=1&y=%2F",
    "http://localhost/callback",
    "http://localhost:8787/callback",
    "http://127.0.0.1/",
    "http://127.0.0.1:33418",
    "http://[::1]:7777/cb",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "vscode-insiders://ms.example/x",
    "vscode://saoudrizwan.claude-dev/mcp-auth/callback/1a2b",
    "claude://claude.ai/mcp-auth-callback/sdk",
    "warp://mcp/oauth2callback",
    "raycast://oauth?package_name=Extension",
    "com.raycast:/oauth?package_name=Extension",
    "workbuddy://workbuddy/mcp/connector%3A/oauth/callback",
    "urn:ietf:wg:oauth:2.0:oob",
  ])("accepts %s", (uri) => {
    expect(checkRedirectUri(uri)).toBeUndefined();
  });
});

describe("schemes of further applications, which the operator names (oauth-wire 4.1)", () => {
  test("are accepted in any case, beside those that are known", () => {
    for (const uri of ["acme-chat://oauth?package_name=mcp", "Acme-Chat:/cb", "com.example.app:/cb", "cursor://a/cb"])
      expect(checkRedirectUri(uri, ["acme-chat", "com.example.app"])).toBeUndefined();
    expect(checkRedirectUri("acme-chats://oauth", ["acme-chat"])).toBe("scheme");
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "blob:x", "about:blank"])(
    "are never those that run code or reach files: %s",
    (uri) => {
      const [scheme = ""] = uri.split(":");
      expect(checkRedirectUri(uri, [scheme])).toBe("scheme");
    },
  );

  test("do not loosen http and https", () => {
    expect(checkRedirectUri("http://a.example/cb", ["http"])).toBe("http_off_loopback");
    expect(checkRedirectUri("https:a.example/cb", ["https"])).toBe("malformed");
  });
});
