import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startAuth } from "../fixtures/running-auth.ts";

let auth: Awaited<ReturnType<typeof startAuth>>;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth[Symbol.asyncDispose]());

const ask = (host: string, path: string, origin: string) =>
  auth.fetch(
    path,
    ["Host", host, "Origin", origin, "Access-Control-Request-Headers", "authorization,mcp-param-city,x-user-id"],
    "OPTIONS",
  );

describe("preflight of an MCP endpoint (decision 29)", () => {
  test.each([
    ["localhost:8080", "/files/mcp"],
    ["localhost:8080", "/time/mcp/"],
    ["files.localhost:8080", "/mcp"],
  ])("on %s at %s allows a loopback page, without credentials", async (host, path) => {
    const answer = await ask(host, path, "http://localhost:6274");
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      vary: "Origin",
      "access-control-allow-origin": "http://localhost:6274",
      "access-control-allow-methods": "GET, POST, DELETE, OPTIONS",
      "access-control-max-age": "7200",
    });
    const allowed = answer.headers["access-control-allow-headers"];
    expect(allowed).toContain("Authorization");
    expect(allowed).toContain("mcp-param-city");
    expect(allowed).not.toContain("x-user-id");
    expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
  });

  test.each([["https://evil.example"], ["null"], ["http://localhost.evil"]])("allows nothing to %s", async (origin) => {
    const answer = await ask("localhost:8080", "/files/mcp", origin);
    expect(answer.status).toBe(204);
    expect(answer.headers.vary).toBe("Origin");
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("is for known servers only", async () => {
    expect((await ask("evil.example", "/mcp", "http://localhost:1")).status).toBe(404);
    expect((await ask("localhost:8080", "/none/mcp", "http://localhost:1")).status).toBe(404);
  });
});
