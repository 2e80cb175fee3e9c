import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createDockerSocket } from "../src/server.ts";

let folder: string;
let engine: Server;
let socket: Server;
const seen: string[] = [];

beforeEach(async () => {
  seen.length = 0;
  folder = mkdtempSync(join(tmpdir(), "docker-socket-"));
  engine = createServer((req, res) => {
    seen.push(`${req.method} ${req.url} ${req.headers["x-mine"] ?? ""}`);
    res.writeHead(200, { "content-type": "application/json" });
    if (req.url === "/events") res.write('{"Action":"start"}\n');
    else res.end("[]");
  });
  await once(engine.listen(join(folder, "docker.sock")), "listening");
  socket = createDockerSocket(join(folder, "docker.sock"));
  await once(socket.listen(0, "127.0.0.1"), "listening");
});

afterEach(() => {
  for (const server of [socket, engine]) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true });
});

function ask(method: string, path: string) {
  const { port } = socket.address() as AddressInfo;
  const asked = request({ port, method, path, headers: { "x-mine": "1" }, agent: false });
  asked.end();
  return { asked, answered: once(asked, "response").then(([answer]) => answer) };
}

test("what is refused does not reach the engine", async () => {
  const { answered } = ask("POST", "/containers/create");
  expect((await answered).statusCode).toBe(403);
  expect(seen).toEqual([]);
});

test("a question is passed on without the caller's headers", async () => {
  expect((await ask("GET", "/v1.41/containers/json?all=1").answered).statusCode).toBe(200);
  expect(seen).toEqual(["GET /v1.41/containers/json?all=1 "]);
});

test("events come as they happen, and their end at the caller ends them at the engine", async () => {
  const closed = new Promise((resolve) => engine.on("connection", (connection) => connection.once("close", resolve)));
  const { asked, answered } = ask("GET", "/events");
  const [event] = await once(await answered, "data");
  expect(String(event)).toContain("start");
  asked.destroy();
  await closed;
});

test("an engine that is away is a 502", async () => {
  engine.close();
  expect((await ask("GET", "/version").answered).statusCode).toBe(502);
});

test("says, without asking the engine, what clients are told while auth is away", async () => {
  const answer = await ask("GET", "/away").answered;
  expect(answer).toMatchObject({
    statusCode: 503,
    headers: { "retry-after": "5", "content-type": "application/json" },
  });
  expect(JSON.parse(await text(answer))).toMatchObject({ error: "temporarily_unavailable" });
  expect(seen).toEqual([]);
});
