import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { addServer, entryOf, parseGatewayConfig, removeServer } from "../../src/index.ts";
import { contextWith, refusal } from "./context.ts";

const context = contextWith();
const file = `{
  // what we use
  "$schema": "./gateway.schema.json",
  "mcpServers": {
    "mcp-time": { "command": "uvx", "args": ["mcp-server-time"] }
  },
  "gateway": { "strictResource": true }
}
`;

describe("addServer", () => {
  test("declares a command, and leaves the rest of the file as it is", () => {
    expect(addServer(file, "x", entryOf(["node", "a b", "; touch pwned"]), context)).toBe(`{
  // what we use
  "$schema": "./gateway.schema.json",
  "mcpServers": {
    "mcp-time": { "command": "uvx", "args": ["mcp-server-time"] },
    "x": {
      "command": "node",
      "args": ["a b", "; touch pwned"]
    }
  },
  "gateway": { "strictResource": true }
}
`);
  });

  test("declares a URL", () => {
    const { servers } = parseGatewayConfig(
      addServer(file, "docs", entryOf(["http://docs:3000/mcp"]), context),
      context,
    );
    expect(servers[1]).toMatchObject({ kind: "http", url: "http://docs:3000/mcp" });
  });

  test("declares a server that the gateway runs and that speaks HTTP", () => {
    const entry = { command: "x", env: { PORT: "${PORT}" }, url: "http://127.0.0.1:${PORT}/mcp" };
    const added = addServer(file, "x", entry, context);
    expect(added).toContain('"env": { "PORT": "${PORT}" },');
    expect(parseGatewayConfig(added, context).servers[1]).toMatchObject({ kind: "http", url: entry.url });
  });

  test.each(["{}", '{"servers": {}}', '{"mcpServers":{}}'])("starts from %s", (text) => {
    expect(parseGatewayConfig(addServer(text, "x", { command: "node" }, context), context).servers).toHaveLength(1);
  });

  test("keeps any argv exactly", () => {
    // What looks like ${env:X} is meant to be replaced, and NUL cannot be given to a program.
    const argument = fc.string({ unit: "binary" }).filter((text) => !text.includes("${") && !text.includes("\0"));
    const argv = fc.tuple(
      argument.filter((text) => text.trim() !== ""),
      fc.array(argument),
    );
    fc.assert(
      fc.property(argv, ([command, args]) => {
        fc.pre(args.length > 0 || !/^https?:\/\//i.test(command));
        const { servers } = parseGatewayConfig(addServer(file, "x", entryOf([command, ...args]), context), context);
        expect(servers[1]).toMatchObject({ name: "x", command: [command, ...args] });
      }),
    );
  });

  test("is not kept from its work by a mistake elsewhere in the file", () => {
    const broken = file.replace("uvx", "${env:UNSET}");
    expect(addServer(broken, "x", { command: "node" }, context)).toContain('"x"');
  });

  test.each<[string, string, [string, ...string[]], RegExp]>([
    ["a name that is taken", "mcp-time", ["x"], /just remove mcp-time/],
    ["a name that is no label", "a b", ["x"], /1 to 63/],
    ["a reserved name", "token", ["x"], /route of the gateway/],
    ["a bad URL", "x", ["http://a/mcp?k=1"], /no \?/],
    ["the fetch server that is not on npm", "x", ["npx", "@modelcontextprotocol/server-fetch"], /uvx mcp-server-fetch/],
  ])("refuses %s", (_what, name, args, allowed) => {
    expect(refusal(() => addServer(file, name, entryOf(args), context)).problems[0]?.allowed).toMatch(allowed);
  });

  test.each(["[]", '{"mcpServers": 3}', "nope"])("refuses a file that is %s", (text) => {
    expect(refusal(() => addServer(text, "x", { command: "node" }, context)).message).toContain("gateway.json");
  });
});

describe("removeServer", () => {
  test("takes out what addServer put in, and nothing else", () => {
    const removed = removeServer(addServer(file, "x", entryOf(["node", "a"]), context), "x", context.file);
    expect(parseGatewayConfig(removed, context)).toEqual(parseGatewayConfig(file, context));
    expect(removed).toBe(file);
  });

  test.each([
    [
      "the first of several",
      '{ "a": { "command": "x" },\n  "b": { "command": "y" } }',
      "a",
      '{ "b": { "command": "y" } }',
    ],
    ["the last of several", '{ "a": { "command": "x" },\n  "b": {}, }', "b", '{ "a": { "command": "x" }, }'],
    ["the only one", '{ "a": { "command": "x" }, }', "a", "{}"],
  ])("takes out %s", (_which, servers, name, left) => {
    expect(removeServer(`{ "mcpServers": ${servers} }`, name, context.file)).toBe(`{ "mcpServers": ${left} }`);
  });

  test("names the servers there are, and the nearest, when there is none of the name", () => {
    expect(refusal(() => removeServer(file, "mcp-tim", context.file)).problems).toEqual([
      { at: "mcpServers.mcp-tim", allowed: "did you mean mcp-time? The servers are mcp-time" },
    ]);
    expect(refusal(() => removeServer("{}", "x", context.file)).message).toContain("none is declared");
  });
});
