import { describe, expect, test } from "@jest/globals";
import { ProxyEnv, parseEnv } from "../../src/proxy.ts";
import { oneServer, parse, refusal } from "./context.ts";

const at = "mcpServers.mcp-time.gateway.scopes";
const rule = { title: "change files", tools: ["write_*"] };
const withScopes = (scopes: unknown) => oneServer({ command: "x", gateway: { scopes } });

describe("scopes of a server", () => {
  test("are what was written", () => {
    const scopes = {
      "files:write": { title: "change files", tools: ["write_*", "edit_file"], implies: ["files:read"] },
      "files:read": { title: "read files", methods: ["resources/read"] },
      "https://files.example/all": { title: "do all of it", implies: ["files:write"] },
    };
    expect(parse(withScopes(scopes)).servers[0]).toMatchObject({ scopes });
  });

  test.each<[string, unknown, string, RegExp]>([
    ["a list", ["files"], "", /an object of scopes/],
    ["seventeen", Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`s${n}`, rule])), "", /at most 16/],
    ["mcp, which every request needs", { mcp: rule }, ".mcp", /not mcp or offline_access/],
    ["offline_access", { offline_access: rule }, ".offline_access", /not mcp or offline_access/],
    ["a name with a space", { "a b": rule }, '["a b"]', /visible ASCII/],
    ["a name with a quotation mark", { 'a"b': rule }, '["a\\"b"]', /visible ASCII/],
    ["a name with a backslash", { "a\\b": rule }, '["a\\\\b"]', /visible ASCII/],
    ["a name with a comma", { "a,b": rule }, '["a,b"]', /visible ASCII/],
    ["a name that is not ASCII", { é: rule }, '["é"]', /visible ASCII/],
    ["a name of 41 characters", { ["a".repeat(41)]: rule }, `.${"a".repeat(41)}`, /at most 40/],
    ["a rule that is none", { a: "write_*" }, ".a", /an object such as/],
    ["no title", { a: { tools: ["x"] } }, ".a.title", /what it allows/],
    ["an empty title", { a: { ...rule, title: "" } }, ".a.title", /what it allows/],
    ["a title of spaces", { a: { ...rule, title: "  " } }, ".a.title", /what it allows/],
    ["a title of two lines", { a: { ...rule, title: "a\nb" } }, ".a.title", /on one line/],
    ["a title that turns the line around", { a: { ...rule, title: "a\u202eb" } }, ".a.title", /on one line/],
    ["a title of 81 characters", { a: { ...rule, title: "x".repeat(81) } }, ".a.title", /1 to 80/],
    ["nothing that needs it", { a: { title: "x" } }, ".a", /tools or methods that need it/],
    ["no tools", { a: { ...rule, tools: [] } }, ".a.tools", /at least one tool name/],
    ["a tool with a comma", { a: { ...rule, tools: ["a,b"] } }, ".a.tools[0]", /at least one tool name/],
    [
      "a method that only lists",
      { a: { ...rule, methods: ["tools/list"] } },
      ".a.methods[0]",
      /one of resources\/read/,
    ],
    ["a method that tools are for", { a: { ...rule, methods: ["tools/call"] } }, ".a.methods[0]", /one of resources/],
    ["an unknown key", { a: { ...rule, tool: ["x"] } }, ".a.tool", /did you mean tools\?/],
    ["an unknown scope implied", { a: { ...rule, implies: ["b"] } }, ".a.implies[0]", /which are a$/],
    ["mcp implied", { a: { ...rule, implies: ["mcp"] } }, ".a.implies[0]", /another scope of this server/],
    [
      "a name of every object's implied",
      { a: { ...rule, implies: ["constructor"] } },
      ".a.implies[0]",
      /another scope/,
    ],
    ["itself implied", { a: { ...rule, implies: ["a"] } }, ".a.implies[0]", /lead back to a/],
  ])("%s: refused with its place", (_what, scopes, place, allowed) => {
    const { problems } = refusal(() => parse(withScopes(scopes)));
    expect(problems).toEqual([
      expect.objectContaining({ at: `${at}${place}`, allowed: expect.stringMatching(allowed) }),
    ]);
  });

  test("that imply each other in a circle are refused at every step of it", () => {
    const scopes = {
      a: { ...rule, implies: ["b"] },
      b: { ...rule, implies: ["c"] },
      c: { ...rule, implies: ["a"] },
      d: { ...rule, implies: ["a"] },
    };
    const { problems } = refusal(() => parse(withScopes(scopes)));
    expect(problems.map((problem) => problem.at)).toEqual(["a", "b", "c"].map((name) => `${at}.${name}.implies[0]`));
  });
});

describe("MCP_SCOPES", () => {
  const auth = {
    AUTH_JWKS_URL: "http://127.0.0.1:1/jwks",
    AUTH_ISSUER: "http://localhost:8080",
    RESOURCE_IDENTIFIERS: "http://localhost:8080/a/mcp",
  };
  const rules = { a: { tools: ["write_*"], implies: ["b"] }, b: { methods: ["resources/read"] } };

  test("holds the rules as JSON", () => {
    expect(parseEnv(ProxyEnv, { ...auth, MCP_SCOPES: JSON.stringify(rules) }).MCP_SCOPES).toEqual(rules);
  });

  test.each(["write", '["a"]', '{"a":{"tools":[]}}', '{"a":{"methods":["tools/list"]}}', '{"a":{"title":"x"}}'])(
    "%s is refused",
    (value) => {
      const { problems } = refusal(() => parseEnv(ProxyEnv, { ...auth, MCP_SCOPES: value }));
      expect(problems).toEqual([expect.objectContaining({ at: "MCP_SCOPES" })]);
    },
  );

  test("is refused where nobody is known to have a scope", () => {
    const { problems } = refusal(() => parseEnv(ProxyEnv, { ALLOW_ANONYMOUS: "1", MCP_SCOPES: JSON.stringify(rules) }));
    expect(problems).toEqual([expect.objectContaining({ at: "MCP_SCOPES" })]);
  });
});
