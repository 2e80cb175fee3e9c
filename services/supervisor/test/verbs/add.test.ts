import { readFileSync, writeFileSync } from "node:fs";
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

test.each([
  ["--per-user before the name", ["--per-user", "mcp-memory"], "The name comes first: just add NAME --per-user"],
  ["a URL without a name", ["https://docs.dev/mcp"], "The name comes first: just add NAME https://docs.dev/mcp"],
  ["a command that is an address", ["docs", "127.0.0.1:3001/mcp"], "just add docs http://127.0.0.1:3001/mcp"],
])("refuses %s, says the right way, and leaves the file as it is", async (_what, args, told) => {
  await expect(place.run(add, args)).rejects.toThrow(told);
  expect(readFileSync(join(place.folder, "gateway.json"), "utf8")).toBe('{"mcpServers":{}}');
});

test("says of a command that cannot be found that the server will not start", async () => {
  const { code, printed } = await place.run(add, ["docs", "no-such-program"]);
  expect([code, printed]).toEqual([0, expect.stringContaining("docs will not start: ")]);
});

test.each([
  ["on this machine what the server needs there", {}, true],
  ["nothing of that where its image has it", { BASE_DOMAIN: "mydomain.dev" }, false],
])("says %s", async (_what, env, isTold) => {
  const { code, printed } = await place.run(add, ["mcp-tmux"], { env });
  expect([code, printed.includes("It needs uv, tmux.")]).toEqual([0, isTold]);
  expect(printed).toContain("Say who may: gateway.allow.");
});

test("says of a server whose browser no image of the gateway's has that it wants an image of its own", async () => {
  const { code, printed } = await place.run(add, ["mcp-playwright"], { env: { BASE_DOMAIN: "mydomain.dev" } });
  expect([code, printed]).toEqual([
    0,
    expect.stringMatching(/mcp-playwright will not work.*a browser.*gateway\.image/),
  ]);
});

test("says that it has added a server to a file that has a mistake elsewhere, and names that", async () => {
  writeFileSync(join(place.folder, "gateway.json"), '{"mcpServers":{"other":{"cmd":"x"}}}');
  const { code, printed } = await place.run(add, ["docs", "http://127.0.0.1:3001/mcp"]);
  expect([code, printed]).toEqual([0, expect.stringMatching(/^Added docs\..*\n.*\n.*other\.cmd/)]);
});

test("a name that the stack has for itself is refused where BASE_DOMAIN is set, and fine on this machine", async () => {
  const args = ["redis", "uvx", "mcp-server-time"];
  await expect(place.run(add, args, { env: { BASE_DOMAIN: "mydomain.dev" } })).rejects.toThrow("redis");
  expect(readFileSync(join(place.folder, "gateway.json"), "utf8")).toBe('{"mcpServers":{}}');
  expect(await place.run(add, args)).toMatchObject({ code: 0 });
});
