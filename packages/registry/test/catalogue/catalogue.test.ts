import { existsSync, readFileSync } from "node:fs";
import { addServer, parseGatewayConfig } from "@gateway/config";
import { expect, test } from "@jest/globals";
import { catalogue, findKnownServer, ownProgramOf, reservedNames } from "../../src/index.ts";

const context = { file: "gateway.json", env: {}, reservedNames, readFile: () => "" };
const root = new URL("../../../../", import.meta.url);
const names = catalogue.map(({ name }) => name);

const declarable = catalogue.flatMap(({ name, entry, perUser }) => [
  { name, how: "", declared: entry },
  ...(perUser === undefined ? [] : [{ name, how: " for each user", declared: perUser }]),
]);

test.each(declarable)("$name$how is accepted in gateway.json, without a warning", ({ name, declared }) => {
  const { servers, warnings } = parseGatewayConfig(addServer("{}", name, declared, context), context);
  expect({ names: servers.map((server) => server.name), warnings }).toEqual({ names: [name], warnings: [] });
});

test("what the file that comes with the gateway declares is in the catalogue, as it stands there", () => {
  const { mcpServers } = JSON.parse(readFileSync(new URL("gateway.json", root), "utf8"));
  expect(Object.fromEntries(Object.keys(mcpServers).map((name) => [name, findKnownServer(name)?.entry]))).toEqual(
    mcpServers,
  );
});

test("names and aliases are all different, and labels of a host name", () => {
  const labels = catalogue.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels.filter((label) => !/^[a-z]([a-z\d-]{0,61}[a-z\d])?$/.test(label))).toEqual([]);
});

test("our own programs are services of this workspace", () => {
  const own = catalogue.flatMap(({ entry: { command = "" } }) => ownProgramOf(command) ?? []);
  expect(own).toEqual(["mcp-fetchs", "mcp-echo", "mcp-echo"]);
  for (const program of own) expect(existsSync(new URL(`services/${program}/src/main.ts`, root))).toBe(true);
});

test("docs/servers.md has a line for each", () => {
  const page = readFileSync(new URL("docs/servers.md", root), "utf8");
  expect(names.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});
