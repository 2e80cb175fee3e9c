import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderChallenge } from "../src/www-authenticate.ts";

const resourceMetadata = "https://files.example.com/.well-known/oauth-protected-resource/mcp";

describe("WWW-Authenticate of an MCP server", () => {
  test("gives no reason when no token was sent (RFC 6750 3.1)", () => {
    expect(renderChallenge({ resourceMetadata, scope: "mcp" })).toBe(
      `Bearer realm="mcp", resource_metadata="${resourceMetadata}", scope="mcp"`,
    );
  });

  test("names error and reason otherwise", () => {
    const error = { code: "invalid_token", description: "The token has expired" } as const;
    expect(renderChallenge({ resourceMetadata, scope: "mcp", error })).toBe(
      `Bearer realm="mcp", resource_metadata="${resourceMetadata}", scope="mcp", ` +
        `error="invalid_token", error_description="The token has expired"`,
    );
  });

  test("names no resource where none is known", () => {
    const error = { code: "invalid_request", description: "Send at most one Authorization header." } as const;
    expect(renderChallenge({ error })).toBe(
      'Bearer realm="mcp", error="invalid_request", error_description="Send at most one Authorization header."',
    );
  });

  test("is one line of quoted strings, whatever the values are (RFC 9110 5.6.4)", () => {
    const quoted = /^Bearer (\w+="(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"(, |$))+$/;
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (resourceMetadata, description) => {
        const error = { code: "invalid_token", description } as const;
        expect(renderChallenge({ resourceMetadata, scope: "mcp", error })).toMatch(quoted);
      }),
    );
  });
});
