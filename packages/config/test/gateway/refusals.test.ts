import { describe, expect, test } from "@jest/globals";
import { oneServer, parse, refusal } from "./context.ts";

const entryAt = "mcpServers.mcp-time";
const stdio = { command: "x" };
const http = { url: "http://docs:3000/mcp" };

describe("a mistake in gateway.json names the path, what was found and what is allowed", () => {
  test.each<[string, unknown, string, RegExp | undefined, RegExp]>([
    ["a number for a command", oneServer({ command: 5 }), `${entryAt}.command`, /^5$/, /text: the program alone/],
    ["a line for args", oneServer({ ...stdio, args: "a b" }), `${entryAt}.args`, /"a b"/, /a list of arguments/],
    ["a number among args", oneServer({ ...stdio, args: ["a", 1] }), `${entryAt}.args[1]`, /1/, /text/],
    ["an empty command", oneServer({ command: " " }), `${entryAt}.command`, /" "/, /a program/],
    ["a NUL in an argument", oneServer({ ...stdio, args: ["\0"] }), `${entryAt}.args[0]`, /u0000/, /without NUL/],
    ["neither command nor url", oneServer({}), entryAt, undefined, /a command to start, or the url/],
    ["a list of servers", { mcpServers: [] }, "mcpServers", /\[\]/, /an object/],
    ["no servers", {}, "mcpServers", undefined, /the servers/],
    ["both spellings of servers", { servers: {}, mcpServers: {} }, "servers", /beside/, /one of the two/],
    ["a mistyped key", oneServer({ comand: "x" }), `${entryAt}.comand`, /"comand"/, /did you mean command\?/],
    [
      "an unknown key",
      oneServer({ ...stdio, shell: true }),
      `${entryAt}.shell`,
      /"shell"/,
      /The keys here are|type, command/,
    ],
    ["VS Code's inputs", { servers: {}, inputs: [] }, "inputs", /"inputs"/, /\$\{env:X\}/],
    [
      "a mistyped gateway key",
      oneServer({ ...stdio, gateway: { alow: {} } }),
      `${entryAt}.gateway.alow`,
      /alow/,
      /did you mean allow\?/,
    ],
    ["the older transport", oneServer({ ...http, type: "sse" }), `${entryAt}.type`, /"sse"/, /older sse transport/],
    [
      "type stdio with a url",
      oneServer({ ...http, type: "stdio" }),
      `${entryAt}.type`,
      /stdio/,
      /http, as there is a url/,
    ],
    ["type http without a url", oneServer({ ...stdio, type: "http" }), `${entryAt}.type`, /http/, /a url beside it/],
    ["headers without a url", oneServer({ ...stdio, headers: {} }), `${entryAt}.headers`, /headers/, /beside a url/],
    ["env without a command", oneServer({ ...http, env: {} }), `${entryAt}.env`, /env/, /beside a command/],
    [
      "${PORT} without a command",
      oneServer({ url: "http://x:${PORT}/mcp" }),
      `${entryAt}.url`,
      /PORT/,
      /has a command or an image too/,
    ],
    [
      "an organization that is none",
      oneServer({ ...stdio, gateway: { allow: { users: [], orgs: ["acme/tools"] } } }),
      `${entryAt}.gateway.allow.orgs[0]`,
      /acme\/tools/,
      /one GitHub organization, such as acme/,
    ],
    [
      "a team without its organization",
      oneServer({ ...stdio, gateway: { allow: { users: [], teams: ["tools"] } } }),
      `${entryAt}.gateway.allow.teams[0]`,
      /tools/,
      /one GitHub team, such as acme\/tools/,
    ],
    [
      "a whole domain of an OpenID provider's people",
      oneServer({ ...stdio, gateway: { allow: { users: ["oidc:@acme.example"] } } }),
      `${entryAt}.gateway.allow.users[0]`,
      /oidc:@acme.example/,
      /a sub, an e-mail address, or \* for everyone; no whole domain/,
    ],
    [
      "a person of no provider that is known",
      oneServer({ ...stdio, gateway: { allow: { users: ["OIDC:ann"] } } }),
      `${entryAt}.gateway.allow.users[0]`,
      /OIDC:ann/,
      /or oidc: and a sub/,
    ],
    [
      "no users in allow",
      oneServer({ ...stdio, gateway: { allow: {} } }),
      `${entryAt}.gateway.allow.users`,
      undefined,
      /list of logins/,
    ],
    [
      "sessions of nothing",
      oneServer({ ...stdio, gateway: { sessions: { max: 0 } } }),
      `${entryAt}.gateway.sessions.max`,
      /0/,
      /from 1/,
    ],
    [
      "a fetch server that is not on npm",
      oneServer({ command: "npx", args: ["-y", "@modelcontextprotocol/server-fetch"] }),
      `${entryAt}.args[1]`,
      /server-fetch/,
      /uvx mcp-server-fetch/,
    ],
    [
      "an envFile that is not there",
      oneServer({ ...stdio, envFile: "x.env" }),
      `${entryAt}.envFile`,
      /x\.env/,
      /ENOENT/,
    ],
    [
      "a prototype for a name",
      '{"mcpServers":{"__proto__":{"command":"x"}}}',
      "mcpServers.__proto__",
      /key/,
      /other name/,
    ],
    ["a server twice", '{"mcpServers":{"a":{"command":"x"},"a":{"command":"y"}}}', "mcpServers.a", /twice/, /once/],
  ])("%s", (_what, file, at, found, allowed) => {
    const { problems, message } = refusal(() => parse(file));
    expect(problems[0]).toEqual({
      at,
      ...(found === undefined ? {} : { found: expect.stringMatching(found) }),
      allowed: expect.stringMatching(allowed),
    });
    expect(message).toContain("/home/ada/gateway.json: 1 problem\n");
  });

  // Other wildcards would stand for nothing but themselves: a deny list with them would keep nothing back.
  test.each(["get_?", "get_[ab]", "get_{a}"])("tools by the pattern %j", (pattern) => {
    const { problems } = refusal(() => parse(oneServer({ ...stdio, gateway: { tools: { deny: [pattern] } } })));
    expect(problems[0]?.at).toContain(`${entryAt}.gateway.tools.deny`);
    expect(problems[0]?.allowed).toContain("only * stands for any text");
  });

  test.each([[[]], [["a,b"]], [[" a"]], [[""]], [[1]], ["a"]])("tools of %j", (deny) => {
    const { problems } = refusal(() => parse(oneServer({ ...stdio, gateway: { tools: { deny } } })));
    expect(problems[0]?.at).toContain(`${entryAt}.gateway.tools.deny`);
    expect(problems[0]?.allowed).toMatch(/at least one tool name/);
  });

  test.each([
    ["memory", 512],
    ["memory", "512mb"],
    ["memory", "1"],
    ["messageSize", "1g"],
    ["cpus", 0],
    ["cpus", "0.5"],
    ["pids", 0],
    ["buffered", "1k"],
    ["requestSeconds", 3_601],
    ["startupSeconds", 3_601],
    ["pendingRequests", 100_001],
  ])("a limit %s of %j", (limit, value) => {
    const { problems } = refusal(() => parse(oneServer({ ...stdio, gateway: { limits: { [limit]: value } } })));
    expect(problems[0]?.at).toBe(`${entryAt}.gateway.limits.${limit}`);
    expect(problems[0]?.allowed).toMatch(/such as|from 1/);
  });

  test.each([
    ["tools/call", { ttlSeconds: 1 }],
    ["tools/list", {}],
    ["tools/list", { ttlSeconds: -1 }],
    ["tools/list", { ttlSeconds: 0.5 }],
    ["tools/list", { ttlSeconds: 86_401 }],
    ["tools/list", { ttlSeconds: 1, scope: "all" }],
    ["tools/list", 60],
  ])("how long results of %s may be kept: %j", (method, rule) => {
    const { problems } = refusal(() => parse(oneServer({ ...stdio, gateway: { cache: { [method]: rule } } })));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.at).toContain(`${entryAt}.gateway.cache`);
    expect(problems[0]?.allowed).toMatch(/tools\/list|seconds from 0|private or public|ttlSeconds/);
  });

  test("processes started ahead that are to be told whose session they are for", () => {
    const gateway = { userEnv: true, sessions: { warm: 1 } };
    const { problems } = refusal(() => parse(oneServer({ ...stdio, gateway })));
    expect(problems).toEqual([
      {
        at: `${entryAt}.gateway.sessions.warm`,
        found: "1",
        allowed: "0 with userEnv: a process started ahead has no user yet",
      },
    ]);
  });

  test.each([
    ["of processes that are not told of their users", stdio, 'with "userEnv": true'],
    ["in the file of such variables", { ...stdio, envFile: "user.env" }, 'with "userEnv": true'],
    ["of a server that no proxy stands before", { ...stdio, url: "http://127.0.0.1:3001/mcp" }, "without url"],
  ])("a user's part in the variables %s", (_what, entry, allowed) => {
    const env = "envFile" in entry ? {} : { FILE: "${DATA_DIR}/${MCP_USER_ID}.json" };
    const { problems } = refusal(() =>
      parse(oneServer({ ...entry, env }), { readFile: () => "FILE=/data/${MCP_USER_ID}.json" }),
    );
    expect(problems).toEqual([
      { at: `${entryAt}.env.FILE`, found: '"${MCP_USER_ID}"', allowed: expect.stringContaining(allowed) },
    ]);
  });

  test("a process of all users that is to be told of its one user", () => {
    const gateway = { userEnv: true, sharing: "all-users" };
    const { problems } = refusal(() => parse(oneServer({ ...stdio, gateway })));
    expect(problems).toEqual([
      expect.objectContaining({
        at: `${entryAt}.gateway.sharing`,
        allowed: expect.stringContaining("per-user with userEnv"),
      }),
    ]);
  });

  test("all of them at once", () => {
    const file = { mcpServers: { "a b": stdio, ok: { command: "x", args: ["@modelcontextprotocol/server-fetch@1"] } } };
    expect(refusal(() => parse(file)).problems.map(({ at }) => at)).toEqual([
      'mcpServers["a b"]',
      "mcpServers.ok.args[0]",
    ]);
  });

  test.each([
    ['{"mcpServers": {}', "line 1, column 18"],
    ['{\n  "mcpServers": {\n    "a": nope\n  }\n}', "line 3, column 10"],
    ["", "line 1, column 1"],
  ])("a syntax error names line and column: %j", (text, at) => {
    expect(refusal(() => parse(text)).problems[0]?.at).toBe(at);
  });

  test("a value that may be a secret is not printed", () => {
    const file = oneServer({ ...http, headers: { "X-Key": "canary\n" }, gateway: {} });
    const numbers = oneServer({ ...stdio, env: { KEY: 71_717 } });
    expect(refusal(() => parse(file)).message).not.toContain("canary");
    expect(refusal(() => parse(numbers)).message).not.toContain("71717");
  });
});

describe("replicas are refused", () => {
  const replicas = 2;

  test.each([
    ["arguments", { args: ["${DATA_DIR}/files"] }],
    ["environment", { env: { FILE: "${DATA_DIR}/memory.json" } }],
    ["folder", { cwd: "${DATA_DIR}/files" }],
  ])("of a server that keeps data, by its %s", (_where, more) => {
    const { problems } = refusal(() => parse(oneServer({ ...stdio, ...more, gateway: { replicas } })));
    expect(problems).toEqual([
      expect.objectContaining({
        at: `${entryAt}.gateway.replicas`,
        found: "2",
        allowed: expect.stringContaining("replicas have no folder in common"),
      }),
    ]);
  });

  test.each([0, 17, 1.5, "2"])("in a number such as %p", (replicas) => {
    const { problems } = refusal(() => parse(oneServer({ ...stdio, gateway: { replicas } })));
    expect(problems).toEqual([
      expect.objectContaining({ allowed: "a whole number from 1 to 16: containers of this server" }),
    ]);
  });
});

describe("a host is refused", () => {
  const two = (first: object, second: object = {}) => ({
    mcpServers: { "mcp-time": { ...stdio, gateway: first }, other: { ...stdio, gateway: second } },
  });

  test.each<[string, unknown, string, RegExp]>([
    ["that is no host name", two({ host: "A_b" }), "host", /one label in lower case/],
    ["that is an address", two({ aliases: ["10.1.2.3"] }), "aliases[0]", /one label in lower case/],
    ["with a port", two({ host: "fetch.mydomain.dev:8443" }), "host", /one label/],
    ["that is the gateway's own", two({ aliases: ["auth"] }), "aliases[0]", /gateway itself/],
    ["that is the domain itself", two({ host: "g.dev" }), "host", /gateway itself/],
    ["with the domain written out", two({ aliases: ["time.g.dev"] }), "aliases[0]", /the label alone: time/],
    ["with localhost written out", two({ aliases: ["time.localhost"] }), "aliases[0]", /the label alone: time/],
    ["that is another server's name", two({ aliases: ["other"] }), "aliases[0]", /other has this one/],
    ["that is its own name", two({ aliases: ["mcp-time"] }), "aliases[0]", /each host once/],
    ["that it has twice", two({ host: "time", aliases: ["time"] }), "aliases[0]", /each host once/],
  ])("%s", (_what, file, at, allowed) => {
    const { problems } = refusal(() => parse(file, { env: { BASE_DOMAIN: "g.dev" } }));
    expect(problems).toEqual([
      expect.objectContaining({ at: `${entryAt}.gateway.${at}`, allowed: expect.stringMatching(allowed) }),
    ]);
  });

  test("that two servers have, at the second", () => {
    const { problems } = refusal(() => parse(two({ aliases: ["time.acme.dev"] }, { host: "time.acme.dev" })));
    expect(problems).toEqual([
      expect.objectContaining({
        at: "mcpServers.other.gateway.host",
        allowed: expect.stringContaining("mcp-time has this one"),
      }),
    ]);
  });
});

describe("ways to sign in are refused", () => {
  test.each([
    ["none", [], "gateway.login"],
    ["no list", "github", "gateway.login"],
    ["an object", {}, "gateway.login"],
    ["one that is not known", ["github", "saml"], "gateway.login[1]"],
  ])("%s", (_which, login, at) => {
    const { problems } = refusal(() => parse({ mcpServers: {}, gateway: { login } }));
    expect(problems).toEqual([
      expect.objectContaining({ at, allowed: expect.stringContaining("github, oidc, local") }),
    ]);
  });
});

describe("a url server has no proxy in the way", () => {
  test.each<[string, unknown]>([
    ...["tools", "scopes", "sessions", "limits"].map((key): [string, unknown] => [key, {}]),
    ["userEnv", true],
    ["era", "auto"],
    ["facade", "modern"],
    ["sharing", "all-users"],
    ["replicas", 2],
    ["leases", {}],
    ["cache", {}],
  ])("%s is refused with that reason", (key, value) => {
    const { problems } = refusal(() => parse(oneServer({ ...http, gateway: { [key]: value } })));
    expect(problems).toEqual([
      expect.objectContaining({ at: `${entryAt}.gateway.${key}`, allowed: expect.stringContaining("passes no proxy") }),
    ]);
  });
});

describe("an image", () => {
  test.each(["https://mcp-time:3000/mcp", "http://far.example:3000/mcp", "http://mcp-other:3000/mcp"])(
    "does not answer at %s",
    (url) => {
      const { problems } = refusal(() => parse(oneServer({ url, gateway: { image: "python" } })));
      expect(problems).toEqual([
        expect.objectContaining({ at: `${entryAt}.url`, allowed: expect.stringContaining("http://mcp-time:3000/mcp") }),
      ]);
    },
  );

  test.each([
    ["args", ["-v"]],
    ["cwd", "/srv"],
  ])("beside a url takes no %s without a command", (key, value) => {
    const url = "http://127.0.0.1:3000/mcp";
    const { problems } = refusal(() => parse(oneServer({ url, [key]: value, gateway: { image: "python" } })));
    expect(problems).toEqual([
      expect.objectContaining({ at: `${entryAt}.${key}`, allowed: expect.stringContaining("beside a command") }),
    ]);
  });

  test.each(["", "a b", "a\nRUN x", "${env:X}", "-a", "host:port/a", "a@sha256:beef"])(
    "%j is no name of one",
    (image) => {
      const { problems } = refusal(() => parse(oneServer({ ...stdio, gateway: { image } })));
      expect(problems).toEqual([
        expect.objectContaining({
          at: `${entryAt}.gateway.image`,
          allowed: expect.stringContaining("python:3.13-slim"),
        }),
      ]);
    },
  );
});

describe("a server's name", () => {
  test.each(["a", "mcp-time", "x9", "9x", "a".repeat(63)])("%s is a host name's first label", (name) => {
    expect(parse(oneServer(stdio, name)).servers[0]?.name).toBe(name);
  });

  test.each([
    ["", /1 to 63/],
    ["My_Server", /such as my-server/],
    ["-a", /such as a/],
    ["a.b", /such as a-b/],
    ["a".repeat(64), /1 to 63/],
    ["a`b", /1 to 63/],
    ["a\n", /1 to 63/],
    ["token", /route of the gateway itself; mcp-token is free/],
  ])("%j is refused", (name, allowed) => {
    expect(refusal(() => parse(oneServer(stdio, name))).problems[0]?.allowed).toMatch(allowed);
  });

  test("two servers cannot have one host name", () => {
    const { problems } = refusal(() => parse({ mcpServers: { time: stdio, Time: stdio } }));
    expect(problems).toEqual([
      expect.objectContaining({ at: "mcpServers.Time", allowed: expect.stringContaining('"time" has this one') }),
    ]);
  });
});

describe("what is rendered into other files", () => {
  test.each([
    "http://a`||b/mcp",
    "http://a/mcp\nx",
    "ftp://a/mcp",
    "http://user:pw@a/mcp",
    "http://a/mcp?key=1",
    "http://a/mcp#x",
    "nowhere",
  ])("the url %j is refused", (url) => {
    expect(refusal(() => parse(oneServer({ url }))).problems[0]?.at).toBe(`${entryAt}.url`);
  });

  test.each([
    ["X-Key", "a\r\nX-User-Id: 1"],
    ["X-Key", "a`b"],
    ["X Key", "a"],
    ["Host", "other"],
    ["X-User-Id", "1"],
    ["x_gateway_assertion", "1"],
    ["Transfer-Encoding", "chunked"],
    ["X-Key", "${PORT}"],
  ])("the header %s: %j is refused", (name, value) => {
    expect(refusal(() => parse(oneServer({ ...http, headers: { [name]: value } }))).problems).toHaveLength(1);
  });

  test("a key for the server behind is fine", () => {
    expect(parse(oneServer({ ...http, headers: { Authorization: "Bearer k" } })).servers).toHaveLength(1);
  });
});
