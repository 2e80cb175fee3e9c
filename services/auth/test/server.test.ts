import { expect, test } from "@jest/globals";
import { createAuthServer } from "../src/server.ts";
import { startAuth } from "./fixtures/running-auth.ts";
import { openLog } from "./fixtures/watched-log.ts";

test("GET /health answers at once", async () => {
  await using auth = await startAuth();
  expect(await auth.fetch("/health")).toMatchObject({ status: 200, body: '{"status":"ok"}' });
});

test("/verify bears no id of a request: nothing waits for it there (decision 204)", async () => {
  await using auth = await startAuth();
  const { headers } = await auth.fetch("/verify", ["X-Request-Id", "client-7"]);
  expect(headers["x-request-id"]).toBeUndefined();
});

test("connections are kept for longer than Traefik's 90 s (decision 28)", () => {
  const server = createAuthServer({
    verify: async () => {},
    app: () => {},
    logger: openLog(),
  });
  expect(server.keepAliveTimeout).toBeGreaterThan(90_000);
  expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
});

test("a fault of ours in /verify lets nothing through (security.md 1)", async () => {
  const clock = () => {
    throw new Error("?");
  };
  await using auth = await startAuth();
  await using broken = await startAuth({ ...auth.ports, clock });
  const answer = await broken.fetch("/verify", [
    ...["X-Forwarded-Host", "localhost:8080", "X-Forwarded-Method", "POST", "X-Forwarded-Uri", "/files/mcp"],
    ...["Authorization", `Bearer ${await auth.signIn()}`],
  ]);
  expect(answer.status).toBe(503);
  expect(answer.headers["retry-after"]).toBe("1");
});

test("a second description of the request is seen behind any number of headers (security.md 3)", async () => {
  await using auth = await startAuth();
  const answer = await auth.fetch("/verify", [
    ...["X-Forwarded-Host", "localhost:8080", "X-Forwarded-Method", "POST", "X-Forwarded-Uri", "/files/mcp"],
    ...["Authorization", `Bearer ${await auth.signIn()}`],
    ...Array.from({ length: 2_000 }, () => ["a", ""]).flat(),
    ...["X-Forwarded-Uri", "/notes/mcp"],
  ]);
  expect(answer.status).toBe(400);
});
