import { fileURLToPath } from "node:url";
import { expect } from "@jest/globals";
import { connectSdkV2 } from "../src/clients/sdk-v2.ts";
import type { DockerStack } from "../src/docker-stack.ts";
import { freePort } from "../src/free-port.ts";
import { say } from "../src/gateway.ts";
import { messageOf, post, send } from "../src/http.ts";
import { obtainTokens } from "../src/oauth.ts";
import { until } from "../src/processes.ts";
import { dockerDeclarationOf } from "../src/servers.ts";
import { describeOnDocker } from "../src/stacks.ts";
import { githubTests } from "../src/suites/github.ts";
import { ownServerTests } from "../src/suites/own-servers.ts";
import { revocationTests } from "../src/suites/revocation.ts";
import { bearer, initialize, openSession } from "../src/suites/wire.ts";

const servers = [
  ...([
    "mcp-echo-stateful",
    "mcp-echo-stateless",
    "mcp-fetchs",
    "in-python",
    "in-shell",
    "in-native",
    "faulty",
    "own-memory",
    "mcp-tmux",
  ] as const),
];

/** These servers, and headers for some people. */
function declarationFor(...users: string[]) {
  const { mcpServers } = dockerDeclarationOf(...servers, "headers");
  return { mcpServers: { ...mcpServers, headers: { ...mcpServers.headers, gateway: { allow: { users } } } } };
}

/** The names that a user's memory holds, after one more was written into it. */
async function remembered(stack: DockerStack, username: "alice" | "bob", more?: string): Promise<string[]> {
  const url = stack.mcpUrl("own-memory");
  const { tokens } = await obtainTokens(stack.origin, url, stack.browser({ username }));
  const authorization = `Bearer ${tokens.access_token}`;
  const { headers } = await post(url, initialize, { authorization });
  const session = { authorization, "mcp-session-id": `${headers["mcp-session-id"]}` };
  const call = async (name: string, args: object) =>
    messageOf(
      await post(url, { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name, arguments: args } }, session),
    );
  const entities = more === undefined ? [] : [{ name: more, entityType: "thing", observations: [] }];
  await call("create_entities", { entities });
  const { structuredContent } = (await call("read_graph", {})).result as {
    structuredContent: { entities: { name: string }[] };
  };
  return structuredContent.entities.map(({ name }) => name);
}

/** Calls a tool within a session of a server's; gives the text of its result. */
async function callTool(
  stack: DockerStack,
  server: string,
  session: Record<string, string>,
  name: string,
  args: object = {},
) {
  const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name, arguments: args } };
  const { content } = messageOf(await post(stack.mcpUrl(server), call, session)).result as {
    content: [{ text: string }];
  };
  return content[0].text;
}

/** What the one tool of a server in an image of its own sees. */
async function look(stack: DockerStack, server: string): Promise<unknown> {
  return JSON.parse(await callTool(stack, server, await openSession(stack, server), "look"));
}

/** A health check as docs/docker.md writes it for a compose file. */
const healthCheck = `curl -s -X POST http://localhost:3000/mcp \\
  -H 'Content-Type: application/json' \\
  -d '{"jsonrpc":"2.0","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"healthcheck","version":"1.0"}},"id":1}' \\
  | grep -q 'protocolVersion'`;

const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));

describeOnDocker(
  "servers of the Docker stack",
  () => ({
    routing: "subdomain",
    declaration: declarationFor("octocat"),
    images: ["python", "shell", "empty"],
    env: { ALLOWED_GITHUB_USERS: "alice,bob,octocat,hubot" },
  }),
  (test) => {
    revocationTests(test); // before others give what a person would have to revoke too
    ownServerTests(test, () => "http://gateway:8081/jwks");

    test("one of the gateway's own asks for a token on each of its hosts, and takes it there", async (stack) => {
      for (const url of [stack.mcpUrl("mcp-fetchs"), stack.hostUrl("fetch")]) {
        const refused = await post(url, initialize);
        const { origin } = new URL(url);
        expect([refused.status, refused.headers["www-authenticate"]]).toEqual([401, expect.stringContaining(origin)]);
        expect((await post(url, initialize, await bearer(stack, "mcp-fetchs"))).status).toBe(200);
      }
    });

    test("a memory of each user's own holds nothing of another's, and is there after its container was made anew", async (stack) => {
      expect(await remembered(stack, "alice", "of alice")).toEqual(["of alice"]);
      expect(await remembered(stack, "bob", "of bob")).toEqual(["of bob"]);
      expect(await say(stack, ["restart", "own-memory"])).toMatchObject({ code: 0 });
      expect(await remembered(stack, "alice")).toEqual(["of alice"]);
      await stack.docker("rm", "--force", stack.container("own-memory"));
      await stack.up();
      expect(await remembered(stack, "bob")).toEqual(["of bob"]);
    });

    test("mcp-tmux has a tmux in its container, whose terminals end with the session that began them", async (stack) => {
      const session = await openSession(stack, "mcp-tmux");
      const ask = (tool: string, args: object) => callTool(stack, "mcp-tmux", session, tool, args);
      expect(await ask("tmux_create_session", { name: "tried" })).toContain("'tried' created");
      await ask("tmux_send_keys", { target: "tried", keys: "echo answer-$((6*7))" });
      await ask("tmux_send_keys", { target: "tried", keys: "Enter" });
      await until(
        async () => ((await ask("tmux_read_pane", { target: "tried" })).includes("answer-42") ? true : undefined),
        "what the terminal prints",
      );
      const terminals = () => stack.docker("exec", stack.container("mcp-tmux"), "tmux", "list-sessions");
      expect(await terminals()).toContain("tried");
      await send(stack.mcpUrl("mcp-tmux"), { method: "DELETE", headers: session });
      await until(
        () =>
          terminals().then(
            () => undefined,
            () => true,
          ),
        "the end of its terminals",
      );
    });

    test("an image without Node runs its command in its own folder and environment, contained as any", async (stack) => {
      expect(await look(stack, "in-python")).toEqual({
        node: null,
        cwd: "/srv/app",
        uid: 1000,
        greeting: "it's of the image",
        own: "of the server",
        writable: ["/data", "/tmp"],
      });
    });

    test("an image without any library runs its command", async (stack) => {
      expect(await look(stack, "in-shell")).toBe("of the image");
    });

    test("an image that speaks HTTP itself is behind auth, gets the user's token, and is contained as any", async (stack) => {
      const url = stack.mcpUrl("in-native");
      expect((await post(url, initialize)).status).toBe(401);
      await using client = await connectSdkV2(url, stack.browser(), "auto");
      expect(await client.callTool("whoIStheGOAT", {})).toContain("alice is the GOAT");
      expect(JSON.parse(await client.callTool("bearerDecode", {}))).toMatchObject({ payload: { aud: url } });
      const format = "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}";
      const contained = await stack.docker("inspect", "--format", format, stack.container("in-native"));
      expect(contained.trim()).toBe("1000:1000 true [ALL]");
      await stack.docker("exec", stack.container("in-native"), "touch", "/data/kept");
    });

    test("a proxy's container answers a health check by curl", async (stack) => {
      await stack.docker("exec", stack.container("faulty"), "sh", "-c", healthCheck); // rejects unless it exits with 0
    });

    test("the proxy's image alone serves a command, without a gateway", async (stack) => {
      const port = await freePort();
      const container = `${stack.project}-alone`;
      await stack.docker(
        ...["run", "--detach", "--rm", "--name", container, "--publish", `127.0.0.1:${port}:3000`],
        ...["--env", "ALLOW_ANONYMOUS=1", "--env", "SERVER_COMMAND=node /srv/faulty-server.js"],
        ...["--volume", `${fixtures}:/srv:ro`, "mcp-oauth-gateway/proxy-node"],
      );
      try {
        const answered = () => post(`http://127.0.0.1:${port}/mcp`, initialize).catch(() => undefined); // not yet
        expect(await until(answered, "the lone proxy answers", 60_000)).toMatchObject({ status: 200 });
      } finally {
        await stack.docker("rm", "--force", container);
      }
    });

    test("status tells the sessions of a server in an image of its own", async (stack) => {
      await openSession(stack, "in-python");
      const { sessions } = JSON.parse((await say(stack, ["status", "--json"])).printed);
      expect(sessions["in-python"].length).toBeGreaterThan(0);
    });

    test("an image without a shell is refused with what it lacks, and what runs goes on", async (stack) => {
      const { mcpServers } = declarationFor("octocat");
      await stack.declare({ mcpServers: { ...mcpServers, ...dockerDeclarationOf("in-nothing").mcpServers } });
      const { code, printed } = await say(stack, ["up", "--docker"]);
      expect([code, printed]).toEqual([1, expect.stringMatching(/image of in-nothing.*shell/)]);
      expect(await look(stack, "in-shell")).toBe("of the image");
    });

    githubTests(test, {
      github: ({ github }) => github,
      allowHubotAlone: async (stack) => {
        await stack.declare(declarationFor("hubot"));
        await stack.up();
      },
    });
  },
);
