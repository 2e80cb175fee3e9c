import { dockerDeclarationOf } from "../src/servers.ts";
import { describeOnDocker } from "../src/stacks.ts";
import { attackTests } from "../src/suites/attack.ts";
import { clientTests } from "../src/suites/clients.ts";
import { wireTests } from "../src/suites/wire.ts";

const settings = {
  MCP_CORS_ORIGINS: "http://localhost:6274",
  GATEWAY_JWT_SECRET: "canary-secret-of-at-least-thirty-two-bytes",
};

describeOnDocker(
  "the Docker stack, a name each server",
  () => ({
    routing: "subdomain",
    declaration: dockerDeclarationOf("everything", "everything-stdio", "memory", "mcp-time", "headers", "faulty"),
    env: settings,
  }),
  (test) => {
    clientTests(test);
    wireTests(test);
    attackTests(test);
  },
);

describeOnDocker(
  "the Docker stack, a path each server",
  () => ({ routing: "path", declaration: dockerDeclarationOf("memory", "headers", "faulty"), env: settings }),
  (test) => {
    wireTests(test);
    attackTests(test);
  },
);
