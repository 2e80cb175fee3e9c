import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { list } from "../../src/verbs/list.ts";
import { makeFolder } from "../fixtures/person.ts";

let place: ReturnType<typeof makeFolder>;
beforeEach(() => {
  place = makeFolder();
  const docs = { url: "http://127.0.0.1:9/mcp", headers: { "X-Key": "canary" } };
  writeFileSync(join(place.folder, "gateway.json"), JSON.stringify({ mcpServers: { docs } }));
});
afterEach(() => place.remove());

test.each([
  ["on this machine", {}, "http://localhost:8080/docs/mcp"],
  ["below its domain", { BASE_DOMAIN: "mydomain.dev" }, "https://docs.mydomain.dev/mcp"],
  ["below its domain, by path", { BASE_DOMAIN: "mydomain.dev", ROUTING: "path" }, "https://mydomain.dev/docs/mcp"],
])("gives programs the address that clients are given: %s", async (_where, env, endpoint) => {
  const { printed } = await place.run(list, ["--json"], { env });
  expect(JSON.parse(printed)).toMatchObject([{ name: "docs", endpoint }]);
  expect(printed).not.toContain("canary");
});
