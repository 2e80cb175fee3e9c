import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { add } from "../../src/verbs/add.ts";
import { makeFolder } from "../fixtures/person.ts";

let place: ReturnType<typeof makeFolder>;
beforeEach(() => {
  place = makeFolder();
  writeFileSync(join(place.folder, "gateway.json"), '{"mcpServers":{}}');
});
afterEach(() => place.remove());

test.each([
  ["on this machine", {}, "http://localhost:8080/mcp-echo-stateful/mcp"],
  ["below its domain", { BASE_DOMAIN: "mydomain.dev" }, "https://mcp-echo-stateful.mydomain.dev/mcp"],
  [
    "below its domain, by path and another port",
    { BASE_DOMAIN: "mydomain.dev", ROUTING: "path", GATEWAY_HTTPS_PORT: "8443" },
    "https://mydomain.dev:8443/mcp-echo-stateful/mcp",
  ],
])("says where the server will answer: %s", async (_where, env, url) => {
  const { code, printed } = await place.run(add, ["mcp-echo-stateful"], { env });
  expect([code, printed.split("\n")[0]]).toEqual([
    0,
    `Added mcp-echo-stateful. After the next "just up" it answers at ${url}`,
  ]);
});
