import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import type { DockerStack } from "../src/docker-stack.ts";
import type { ConnectEraClient } from "../src/eras/era-client.ts";
import { connectSdkV1 } from "../src/eras/sdk-v1.ts";
import { connectSdkV2Legacy, connectSdkV2Modern } from "../src/eras/sdk-v2.ts";
import { say } from "../src/gateway.ts";
import { messageOf, post } from "../src/http.ts";
import { obtainTokens } from "../src/oauth.ts";
import { until } from "../src/processes.ts";
import { dockerDeclarationOf } from "../src/servers.ts";
import { describeOnDocker } from "../src/stacks.ts";
import { bearer, openSession, statusOfClient } from "../src/suites/wire.ts";

const clients: readonly [string, ConnectEraClient][] = [
  ["SDK v1", connectSdkV1],
  ["SDK v2 in the older wire", connectSdkV2Legacy],
  ["SDK v2", connectSdkV2Modern],
];
const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const patience = 60_000; // ms until what was ended is back

/** gateway.json with so many containers of one server, one of another, and two of each kind that differs from the first. */
function declarationOf(replicas: number) {
  const { faulty, prober, ...others } = dockerDeclarationOf("faulty", "prober", ...kinds).mcpServers;
  const twice = Object.entries(others).map(([name, server]) => {
    const own = "gateway" in server ? server.gateway : {};
    return [name, { ...server, gateway: { ...own, replicas: 2 } }] as const;
  });
  return { mcpServers: { prober: { ...prober, gateway: { replicas } }, faulty, ...Object.fromEntries(twice) } };
}
/** In the image for Python, in one of its own, and two that ask their client. */
const kinds = ["mcp-time", "in-python", "legacy", "modern"] as const;

const replicaOf = (session: { "mcp-session-id": string }) => session["mcp-session-id"].split(".")[0];

/** A session at that replica: Traefik gives them in turn. */
async function openAt(stack: DockerStack, replica: string, server = "prober") {
  const opened = async () => {
    const session = await openSession(stack, server);
    return replicaOf(session) === replica ? session : undefined;
  };
  return until(opened, `a session at ${replica}`, patience);
}

async function probe<T>(stack: DockerStack, tool: string, args: object): Promise<T> {
  const session = await openSession(stack, "prober");
  const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: tool, arguments: args } };
  const { content } = messageOf(await post(stack.mcpUrl("prober"), call, session)).result as {
    content: [{ text: string }];
  };
  return JSON.parse(content[0].text) as T;
}

/** How new sessions were answered other than with 200, one after the other, until this was over. */
async function refusalsDuring(stack: DockerStack, work: () => Promise<unknown>): Promise<number[]> {
  const url = stack.mcpUrl("prober");
  const token = await bearer(stack, "prober");
  const refusals: number[] = [];
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const status = await statusOfClient(url, token);
    if (status !== 200) refusals.push(status);
  }
  await working;
  return refusals;
}

describeOnDocker(
  "a server with two replicas in the Docker stack",
  () => ({ routing: "subdomain", declaration: declarationOf(2), images: ["python"] }),
  (test) => {
    for (const [kind, server] of [
      ["", "prober"],
      [", from Python's package index", "mcp-time"],
      [", in an image of its own", "in-python"],
    ] as const)
      test(`begins sessions at each of them, and answers each session wherever its requests come${kind}`, async (stack) => {
        for (const replica of ["r1", "r2"]) {
          const session = await openAt(stack, replica, server);
          for (let request = 0; request < 6; request += 1)
            expect((await post(stack.mcpUrl(server), list, session)).status).toBe(200);
        }
      });

    for (const server of ["legacy", "modern"])
      for (const [client, connectClient] of clients)
        test(`of the ${server} wire, asks a client with ${client}, and takes its answers wherever they come`, async (stack) => {
          const { tokens } = await obtainTokens(stack.origin, stack.mcpUrl(server), stack.browser());
          const accessToken = tokens.access_token;
          await using connected = await connectClient(stack.mcpUrl(server), { user: "alice", accessToken });
          // Traefik gives requests to the containers in turn: some of these come to the one that did not ask.
          for (const message of ["a name?", "another?", "a third?", "a fourth?", "a fifth?"])
            expect(await connected.call("elicit", { message })).toEqual({
              text: `accept to ${message}`,
              isError: false,
            });
        });

    test("reaches itself and Traefik from within, and no store, no auth, no other server", async (stack) => {
      const hosts = ["prober", "prober_2", "all_replicas"].map((host) => `${host}:3000`);
      const others = ["redis:6379", "auth:8000", "docker-socket:2375", "faulty:3000"];
      const reached = await probe<string[]>(stack, "reach", { addresses: [...hosts, ...others, "gateway:8081"] });
      expect(reached).toEqual([...hosts, "gateway:8081"]);
      const { secrets, environments } = await probe<Record<string, string[]>>(stack, "read", {});
      expect(secrets).toEqual(['{"OWN":"of the prober"}']);
      const password = readFileSync(join(stack.folder, "data/docker/secrets/redis_password"), "utf8");
      expect(JSON.stringify(environments)).not.toContain(password);
      expect(JSON.stringify(environments)).not.toMatch(/REDIS_|STATE_SECRET/);
    });

    test("lets nobody in at another replica without an identity of auth's", async (stack) => {
      const { host } = new URL(stack.mcpUrl("prober"));
      const forged = { host, "x-user-id": "1001", "x-gateway-relayed-by": "r1", "x-gateway-assertion": "of.my.own" };
      const urls = ["http://prober:3000/mcp", "http://prober_2:3000/mcp"];
      expect(await probe(stack, "get", { urls, headers: forged })).toEqual([401, 401]);
    });

    test("is told of by status, sessions and logs, each replica by itself", async (stack) => {
      await Promise.all([openAt(stack, "r1"), openAt(stack, "r2")]);
      const status = JSON.parse((await say(stack, ["status", "--json"])).printed);
      const rows = status.servers.filter(({ name }: { name: string }) => name.startsWith("prober"));
      const ready = { state: { kind: "ready" }, endpoint: stack.mcpUrl("prober") };
      expect(rows).toEqual([
        { name: "prober", ...ready },
        { name: "prober_2", ...ready },
      ]);
      for (const name of ["prober", "prober_2"]) expect(status.sessions[name].length).toBeGreaterThan(0);
      const { printed } = await say(stack, ["logs", "prober"]);
      expect(printed).toContain("prober-1");
      expect(printed).toContain("prober_2-1");
    });

    test("serves while it is started anew, one replica after the other", async (stack) => {
      const before = await stack.lives();
      const restart = async () => expect(await say(stack, ["restart", "prober"])).toMatchObject({ code: 0 });
      expect(await refusalsDuring(stack, restart)).toEqual([]);
      const after = await stack.lives();
      for (const name of ["prober", "prober_2"]) expect(after[name]).not.toBe(before[name]);
      expect(after.faulty).toBe(before.faulty);
    });

    test("serves without one that is killed, whose sessions are gone; and with it when it is back", async (stack) => {
      const [kept, lost] = [await openAt(stack, "r1"), await openAt(stack, "r2")];
      const kill = () => stack.docker("kill", stack.container("prober_2"));
      const refusals = await refusalsDuring(stack, kill);
      expect([[], [502]]).toContainEqual(refusals); // the one request that was on its way there
      const statusOf = async (session: Record<string, string>) =>
        (await post(stack.mcpUrl("prober"), list, session)).status;
      const isGone = async () => ((await statusOf(lost)) === 404 ? true : undefined);
      await until(isGone, "404 for a session of the replica that is gone", patience);
      expect(await statusOf(kept)).toBe(200);
      await stack.docker("start", stack.container("prober_2"));
      const isBack = async () => ((await statusOf(lost)) === 200 ? true : undefined); // another process of it
      await until(isBack, "the session again", patience);
    });

    test("gets one more, and loses it, while the others run on", async (stack) => {
      const others = async () => {
        const { prober, prober_2, faulty, traefik, ...rest } = await stack.lives();
        return { lives: [prober, prober_2, faulty, traefik], hasThird: "prober_3" in rest };
      };
      const { lives } = await others();
      await stack.declare(declarationOf(3));
      await stack.up();
      expect(await others()).toEqual({ lives, hasThird: true });
      expect(replicaOf(await openAt(stack, "r3"))).toBe("r3");
      await stack.declare(declarationOf(2));
      await stack.up();
      expect(await others()).toEqual({ lives, hasThird: false });
    });
  },
);
