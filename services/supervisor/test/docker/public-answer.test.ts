import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readDeployedServers, readDeployment } from "../../src/docker/deployment.ts";
import { publicFault } from "../../src/docker/public-answer.ts";
import { commandContext } from "../fixtures/command-context.ts";

type Scripted = readonly [status: number, headers?: OutgoingHttpHeaders];

const challenge = { "WWW-Authenticate": 'Bearer realm="mcp", resource_metadata="https://mem.example/"' };
const forToken: Scripted = [401, challenge];

let folder: string;
let server: Server;
let port: number;
/** What was asked, in order. */
let asked: string[];
/** What requests to an address are answered one after the other; the last one from then on. */
let script: Record<string, Scripted[]>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "public-answer-"));
  const servers = {
    memory: { command: "npx", gateway: { aliases: ["mem"] } },
    far: { url: "https://far.example/mcp" },
  };
  writeFileSync(join(folder, "gateway.json"), JSON.stringify({ mcpServers: servers }));
  [asked, script] = [[], {}];
  server = createServer((req, res) => {
    const { method, headers, url } = req;
    const address = `${method} ${headers.host}${url}`;
    asked.push(address);
    const answers = script[address] ?? [method === "GET" ? [200] : forToken];
    const [status, more = {}] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [404];
    res.writeHead(status, more).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  server.close().closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function fault(milliseconds: number, env: Record<string, string> = {}) {
  const settings = {
    ...{ BASE_DOMAIN: "mcp.example.com", TLS: "off", GATEWAY_BIND: "127.0.0.1", GATEWAY_HTTP_PORT: `${port}` },
    ...{ GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "secret", ...env },
  };
  const deployment = readDeployment(commandContext(folder, settings));
  return publicFault(deployment, await readDeployedServers(deployment.settings), milliseconds);
}
const enough = 60_000; // ms
const memory = "POST memory.mcp.example.com/mcp";

describe("a stack is not ready", () => {
  test("where nothing listens", async () => {
    server.close();
    const issuer = "https://auth.mcp.example.com";
    expect(await fault(0)).toBe(`${issuer}/.well-known/oauth-authorization-server does not answer on this machine`);
  });

  test.each<[string, Scripted]>([
    ["Traefik cannot reach auth for", [500]],
    ["no route leads from", [404]],
    ["something else than auth refuses", [401]],
    ["is open without a token at", [200]],
  ])("as long as %s one of its addresses", async (_, answer) => {
    script["POST mem.mcp.example.com/mcp"] = [answer];
    expect(await fault(0)).toBe(`https://mem.mcp.example.com/mcp answers with ${answer[0]} on this machine`);
  });
});

describe("a stack is ready", () => {
  test("once each address of each server has asked for a token three times", async () => {
    expect(await fault(enough)).toBeUndefined();
    const each = ["GET auth.mcp.example.com/.well-known/oauth-authorization-server", memory];
    const hosts = [...each, "POST mem.mcp.example.com/mcp", "POST far.mcp.example.com/mcp"];
    expect(asked).toEqual(hosts.flatMap((address) => [address, address, address]));
  });

  test("below one name by the path of each server", async () => {
    await fault(enough, { ROUTING: "path" });
    expect(asked).toContain("POST mcp.example.com/memory/mcp");
  });

  test("only when nothing else was answered in between", async () => {
    script[memory] = [[500], forToken, forToken, [500], forToken];
    expect(await fault(enough)).toBeUndefined();
    expect(asked.filter((address) => address === memory)).toHaveLength(7);
  });

  test("also where its rate limit makes the question wait for longer than there is time", async () => {
    script[memory] = [[429, { "Retry-After": "1" }], [500], forToken];
    expect(await fault(500)).toBeUndefined();
  });
});
