import { expect } from "@jest/globals";
import { sendRaw } from "../src/raw.ts";
import { dockerDeclarationOf } from "../src/servers.ts";
import { describeOnDocker } from "../src/stacks.ts";
import { attackTests } from "../src/suites/attack.ts";
import { wireTests } from "../src/suites/wire.ts";

const settings = {
  MCP_CORS_ORIGINS: "http://localhost:6274",
  GATEWAY_JWT_SECRET: "canary-secret-of-at-least-thirty-two-bytes",
};

describeOnDocker(
  "the Docker stack, a name each server",
  () => ({
    routing: "subdomain",
    declaration: dockerDeclarationOf("memory", "headers", "faulty"),
    env: settings,
  }),
  (test) => {
    wireTests(test);
    attackTests(test);
  },
);

describeOnDocker(
  "the Docker stack, a path each server",
  () => ({
    routing: "path",
    declaration: dockerDeclarationOf("memory", "headers", "faulty"),
    env: { ...settings, RATE_LIMIT_AVERAGE: "50", RATE_LIMIT_BURST: "100" },
  }),
  (test) => {
    wireTests(test);
    attackTests(test);

    test("too many requests of one address are refused, and told when to come back", async (stack) => {
      const { host } = new URL(stack.origin);
      // On one connection, so that they come faster than they are allowed to.
      const request = `GET /.well-known/jwks.json HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
      const answers = await sendRaw(stack.origin, request.repeat(500));
      expect(answers).toMatch(/^HTTP\/1\.1 200 /);
      expect(answers).toMatch(/HTTP\/1\.1 429 [\s\S]*?\r\nRetry-After: \d+\r\n/);
    });
  },
);
