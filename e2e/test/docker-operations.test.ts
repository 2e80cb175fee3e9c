import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { askedWhile } from "../src/ask-steadily.ts";
import type { DockerStack } from "../src/docker-stack.ts";
import { say } from "../src/gateway.ts";
import { messageOf, post, send } from "../src/http.ts";
import { obtainTokens, refresh } from "../src/oauth.ts";
import { until } from "../src/processes.ts";
import { Scraper } from "../src/scraper.ts";
import { dockerDeclarationOf } from "../src/servers.ts";
import { describeOnDocker } from "../src/stacks.ts";
import { dockerRecipeTests } from "../src/suites/docker-recipes.ts";
import { dockerVerbTests } from "../src/suites/docker-verbs.ts";
import { bearer, initialize, openSession, statusOfClient } from "../src/suites/wire.ts";

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const patience = 60_000; // ms until what was killed is back

/** The answer of a tool of the server that tells what it can do. */
async function probe<T>(stack: DockerStack, tool: string, args: Record<string, unknown> = {}): Promise<T> {
  const session = await openSession(stack, "prober");
  const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: tool, arguments: args } };
  const answer = await post(stack.mcpUrl("prober"), call, session);
  const { content } = messageOf(answer).result as { content: [{ text: string }] };
  return JSON.parse(content[0].text) as T;
}

/** Addresses of a service's container, on each of its networks. */
async function addressesOf(stack: DockerStack, service: string): Promise<string[]> {
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}";
  return (await stack.docker("inspect", "--format", format, stack.container(service))).trim().split(" ");
}

async function isHealthy(stack: DockerStack, service: string): Promise<boolean> {
  const health = await stack.docker("inspect", "--format", "{{.State.Health.Status}}", stack.container(service));
  return health.trim() === "healthy";
}

/** Waits until a request with a token is answered as wanted. */
function untilStatus(stack: DockerStack, headers: Record<string, string>, wanted: (status: number) => boolean) {
  const look = async () => {
    const status = await statusOfClient(stack.mcpUrl("memory"), headers).catch(() => 0);
    return wanted(status) ? status : undefined;
  };
  return until(look, "the wanted answer", patience);
}

describeOnDocker(
  "what a server's container can do",
  () => ({
    routing: "subdomain",
    declaration: dockerDeclarationOf("prober", "faulty", "memory"),
    env: { GATEWAY_JWT_SECRET: "canary-secret-of-at-least-thirty-two-bytes", LOG_LEVEL: "debug", METRICS_PORT: "9464" },
  }),
  (test, testBeside) => {
    test("reads its own environment and secrets, and none of the gateway's", async (stack) => {
      const seen = await probe<{ environments: string[]; secrets: string[] }>(stack, "read");
      expect(seen.secrets).toEqual(['{"OWN":"of the prober"}']);
      const redisPassword = readFileSync(join(stack.folder, "data/docker/secrets/redis_password"), "utf8");
      const all = JSON.stringify(seen);
      for (const secret of [redisPassword, stack.github.clientSecret, "canary-secret"])
        expect(all).not.toContain(secret);
      expect(all).not.toMatch(/GITHUB_|REDIS_|GATEWAY_JWT/);
    });

    test("has no capability, gets none, and is not root", async (stack) => {
      expect(await probe(stack, "read")).toMatchObject({
        uid: 1000,
        capabilities: "0000000000000000",
        noNewPrivileges: "1",
      });
    });

    test("writes to its own volume and to /tmp alone", async (stack) => {
      const folders = ["/data", "/tmp", "/", "/app/dist", "/usr/local/bin", "/srv/server", "/run/secrets"];
      const written = await probe<string[]>(stack, "write", { folders });
      expect(written.slice(0, 2)).toEqual(["written", "written"]);
      for (const outcome of written.slice(2)) expect(outcome).toMatch(/EROFS|EACCES/);
    });

    test("reaches no other server, no store, no auth and no engine, by name or by address", async (stack) => {
      const ofProxy = [3000, 9464];
      const ports = { faulty: ofProxy, memory: ofProxy, auth: [8000, 9464], redis: [6379], "docker-socket": [2375] };
      const ofServices = await Promise.all(
        Object.entries(ports).map(async ([service, each]) =>
          [service, ...(await addressesOf(stack, service))].flatMap((host) => each.map((port) => `${host}:${port}`)),
        ),
      );
      const addresses = ofServices.flat();
      expect(addresses.length).toBeGreaterThan(15);
      expect(await probe(stack, "reach", { addresses: [...addresses, "gateway:8081"] })).toEqual(["gateway:8081"]);
    });

    test("may ask auth, through Traefik, for its keys and what was revoked, and nothing else", async (stack) => {
      const paths = ["/jwks", "/revocations", "/verify", "/health", "/metrics", "/api/rawdata", "/ping", "/token"];
      const urls = paths.map((path) => `http://gateway:8081${path}`);
      expect(await probe(stack, "get", { urls })).toEqual([200, 405, 404, 404, 404, 404, 404, 404]);
    });

    test("is not let into its own proxy without an identity of auth's", async (stack) => {
      const { host } = new URL(stack.mcpUrl("prober"));
      const headers = { host, "x-user-id": "1001", "x-user-name": "alice", "x-gateway-assertion": "of.my.own" };
      expect(await probe(stack, "get", { urls: ["http://127.0.0.1:3000/mcp"], headers })).toEqual([401]);
    });

    test("nothing internal answers in public", async (stack) => {
      const { port } = new URL(stack.origin);
      const memory = stack.mcpUrl("memory").replace(/\/mcp$/, "");
      const urls = ["verify", "health", "metrics", "ready", "api/rawdata", "ping"].flatMap((path) => [
        `${stack.origin}/${path}`,
        `${memory}/${path}`,
        `https://${new URL(stack.origin).hostname.replace(/^auth\./, "")}:${port}/${path}`,
      ]);
      for (const url of urls) expect([url, (await send(url)).status]).toEqual([url, 404]);
    });

    test("metrics are where the files of `up` say, for what a person puts onto these networks, and nothing else is there", async (stack) => {
      await openSession(stack, "memory");
      await using scraper = await Scraper.start(stack);
      const targets = await scraper.targets();
      expect(targets).toEqual(["auth:9464", "prober:9464", "faulty:9464", "memory:9464"]);
      for (const target of targets) {
        const ofAuth = target.startsWith("auth");
        expect(await scraper.get(`http://${target}/metrics`)).toMatch(ofAuth ? /^auth_verify_total/m : /^mcp_proxy_/m);
        for (const path of ["sessions", "report", "clients", "tokens", "backup", "mcp", "verify"])
          expect([target, path, await scraper.status(`http://${target}/${path}`)]).toEqual([target, path, "404"]);
      }
      expect(await scraper.get("http://memory:9464/metrics")).toMatch(/^mcp_proxy_sessions [1-9]/m);
    });

    test("no port is published but Traefik's, which lead to no metrics", async (stack) => {
      for (const service of ["faulty", "memory", "prober", "auth"])
        expect([service, await stack.docker("port", stack.container(service))]).toEqual([service, ""]);
      expect(await probe(stack, "get", { urls: ["http://gateway:9464/metrics"] })).toEqual([0]);
    });

    test("a change of one server leaves the others and their sessions running, and waits for nothing that reads metrics", async (stack) => {
      const session = await openSession(stack, "memory");
      await using scraper = await Scraper.start(stack);
      const before = await stack.lives();
      await stack.declare(dockerDeclarationOf("prober", "memory"));
      await stack.up();
      const after = await stack.lives();
      for (const service of ["traefik", "docker-socket", "redis", "memory", "prober"])
        expect([service, after[service]]).toEqual([service, before[service]]);
      expect(after).not.toHaveProperty("faulty");
      expect(await stack.docker("network", "ls", "--format", "{{.Name}}")).not.toContain(`${stack.project}_faulty`);
      expect(await scraper.targets()).toEqual(["auth:9464", "prober:9464", "memory:9464"]);
      expect((await post(stack.mcpUrl("faulty"), initialize)).status).toBe(404);
      expect((await post(stack.mcpUrl("memory"), list, session)).status).toBe(200);
      await stack.declare(dockerDeclarationOf("prober", "faulty", "memory"));
      await stack.up();
      expect((await post(stack.mcpUrl("faulty"), initialize, await bearer(stack, "faulty"))).status).toBe(200);
      await scraper.up();
      expect(await scraper.get("http://faulty:9464/metrics")).toMatch(/^mcp_proxy_/m);
    });

    test("data is not deleted unless the person agrees, and what is not there is not restarted", async (stack) => {
      const down = await say(stack, ["down", "--volumes"]);
      expect(down).toMatchObject({ code: 1, printed: expect.stringContaining("add --yes") });
      const restart = await say(stack, ["restart", "absent"]);
      expect(restart).toMatchObject({ code: 1, printed: expect.stringContaining("There is no absent") });
    });

    test("status, logs and restart act on it, as BASE_DOMAIN is set", async (stack) => {
      const before = await stack.lives();
      expect(await say(stack, ["restart", "memory"])).toMatchObject({ code: 0 });
      const after = await stack.lives();
      expect(after).toEqual({ ...before, memory: after.memory });
      expect(after.memory).not.toBe(before.memory);
      const status = JSON.parse((await say(stack, ["status", "--json"])).printed);
      const ready = { name: "memory", state: { kind: "ready" }, endpoint: stack.mcpUrl("memory") };
      expect(status).toMatchObject({ url: stack.origin, servers: expect.arrayContaining([ready]) });
      expect((await say(stack, ["logs", "memory"])).printed).toContain("listening");
      const { printed } = await say(stack, ["logs", "memory", "--lines", "1"]);
      expect(printed.trim().split("\n")).toHaveLength(1);
    });

    test("who asks a server that starts anew is answered, or told that it is away: not that there is none", async (stack) => {
      const token = await bearer(stack, "memory");
      const seen = new Set<number>();
      const ask = async () => seen.add(await statusOfClient(stack.mcpUrl("memory"), token));
      let isRestarted = false;
      const restarting = stack.docker("restart", stack.container("memory")).then(() => {
        isRestarted = true;
      });
      while (!(isRestarted && (await isHealthy(stack, "memory")))) await ask();
      await restarting;
      expect([...seen].filter((status) => ![200, 502, 503].includes(status))).toEqual([]);
      expect((await post(stack.mcpUrl("memory"), initialize, token)).status).toBe(200);
    });

    test("nobody who asks while auth is replaced, or a server comes or goes, sees an error", async (stack) => {
      const session = await openSession(stack, "memory");
      const questions = [
        async () => (await post(stack.mcpUrl("memory"), list, session)).status,
        async () => (await post(stack.mcpUrl("memory"), list)).status,
      ];
      const before = await stack.lives();
      const statuses = await askedWhile(questions, async () => {
        expect(await say(stack, ["restart", "auth"])).toMatchObject({ code: 0 });
        await stack.declare(dockerDeclarationOf("prober", "memory"));
        await stack.up();
        await stack.declare(dockerDeclarationOf("prober", "faulty", "memory"));
        await stack.up();
      });
      expect(statuses).toEqual([200, 401]);
      expect((await stack.lives()).auth).not.toBe(before.auth);
    });

    dockerVerbTests(test);

    testBeside("an answer that takes more than two minutes arrives, whatever else comes and goes", async (stack) => {
      expect(await probe(stack, "wait", { seconds: 125 })).toBe("waited");
    });

    dockerRecipeTests(test);

    for (const service of ["memory", "auth", "redis", "docker-socket", "traefik"]) {
      test(`${service} comes back when it is killed, and a token of before is good`, async (stack) => {
        const token = await bearer(stack, "memory");
        const pid = (await stack.docker("inspect", "--format", "{{.State.Pid}}", stack.container(service))).trim();
        process.kill(Number(pid), "SIGKILL");
        const format = "{{.RestartCount}}";
        await until(
          async () =>
            Number(await stack.docker("inspect", "--format", format, stack.container(service))) > 0 ? true : undefined,
          `${service} started anew`,
          patience,
        );
        expect(await untilStatus(stack, token, (status) => status === 200)).toBe(200);
      });
    }

    test("without Redis nobody is let in and nobody is told to sign in again; with it, all is as before", async (stack) => {
      const { client, tokens } = await obtainTokens(stack.origin, stack.mcpUrl("memory"), stack.browser());
      const token = { authorization: `Bearer ${tokens.access_token}` };
      await stack.docker("stop", stack.container("redis"));
      const refused = await untilStatus(stack, token, (status) => status !== 200);
      expect(refused).toBe(503);
      await stack.docker("start", stack.container("redis"));
      expect(await untilStatus(stack, token, (status) => status === 200)).toBe(200);
      expect(await refresh(stack.origin, client, tokens.refresh_token)).toMatchObject({ token_type: "Bearer" });
    });

    for (const [how, takeAway, bringBack] of [
      ["is stopped", "stop", "start"],
      ["hangs", "pause", "unpause"],
    ] as const)
      test(`while auth ${how} no request gets to a server, and clients are told when to come back`, async (stack) => {
        const token = await bearer(stack, "memory");
        await stack.docker(takeAway, stack.container("auth"));
        const { status, headers, text } = await post(stack.mcpUrl("memory"), initialize, token);
        await stack.docker(bringBack, stack.container("auth"));
        expect([status, headers["retry-after"], headers["content-type"]]).toEqual([503, "5", "application/json"]);
        expect(JSON.parse(text)).toMatchObject({ error: "temporarily_unavailable" });
        expect(await untilStatus(stack, token, (found) => found === 200)).toBe(200);
      });

    test("writes no secret and no token into any log", async (stack) => {
      const { tokens } = await obtainTokens(stack.origin, stack.mcpUrl("memory"), stack.browser());
      await post(stack.mcpUrl("memory"), initialize, {
        authorization: `Bearer ${tokens.access_token}`,
        cookie: "canary=in-a-cookie",
      });
      const folder = join(stack.folder, "data/docker/secrets");
      const secrets = readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), "utf8"))
        .filter(Boolean);
      const services = Object.keys(await stack.lives());
      const logs = (await Promise.all(services.map((name) => stack.docker("logs", stack.container(name))))).join("\n");
      expect(logs).toContain("memory@docker");
      for (const secret of [...secrets, tokens.access_token, tokens.refresh_token, "in-a-cookie"])
        expect(logs.includes(secret)).toBe(false);
      expect(logs).not.toMatch(/[?&](code|state)=/);
    });

    test("setup writes a .env that it starts from alike, with nothing else set", async (stack) => {
      const token = await bearer(stack, "memory");
      expect(await say(stack, ["setup", "--non-interactive"])).toMatchObject({ code: 0 });
      const { PATH, HOME, DOCKER_HOST, DOCKER_CONFIG, GATEWAY_CONFIG, GATEWAY_DATA_DIR } = stack.env;
      const bare = { PATH, HOME, DOCKER_HOST, DOCKER_CONFIG, GATEWAY_CONFIG, GATEWAY_DATA_DIR };
      const up = await say({ folder: stack.folder, env: bare }, ["up", "--docker"]);
      expect(up).toMatchObject({ code: 0, printed: expect.stringContaining(stack.mcpUrl("memory")) });
      expect((await post(stack.mcpUrl("memory"), initialize, token)).status).toBe(200);
    });

    test("keeps registrations and tokens over down and up", async (stack) => {
      const token = await bearer(stack, "memory");
      await stack.down();
      await stack.up();
      expect((await post(stack.mcpUrl("memory"), initialize, token)).status).toBe(200);
    });
  },
);
