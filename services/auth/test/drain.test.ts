import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { drain } from "../src/drain.ts";

const question = "GET / HTTP/1.1\r\nHost: auth\r\n\r\n";
const longest = 60_000; // ms; each test ends its server long before

/** A server whose answers are given by the test, and what connects to it. */
async function start() {
  const waiting: ServerResponse[] = [];
  const server = createServer((_req, res) => waiting.push(res)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const asked = async () => {
    while (waiting.length === 0) await once(server, "request");
    return waiting.shift() as ServerResponse;
  };
  return { server, port, asked, dial: () => dial(port) };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

test("a request that comes on an open connection after the end has begun is answered as its last", async () => {
  const { server, asked, dial } = await start();
  const accepted = once(server, "connection");
  const socket = await dial();
  await accepted;
  const drained = drain(server, longest);
  socket.write(question);
  (await asked()).writeHead(200, ["content-length", "2"]).end("ok");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n[\s\S]*ok$/);
  await drained;
});

test("a request that runs is answered, however long the others have been closed", async () => {
  const { server, asked, dial } = await start();
  const [busy, idle] = [await dial(), await dial()];
  idle.write(question);
  (await asked()).end();
  busy.write(question);
  const response = await asked();
  const drained = drain(server, longest);
  expect(await text(idle)).toContain("Connection: keep-alive");
  response.end("late");
  expect(await text(busy)).toContain("late");
  await drained;
});

test("nobody new is let in", async () => {
  const { server, port } = await start();
  await drain(server, longest);
  await expect(dial(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("what still runs when the patience is over is cut off", async () => {
  const { server, asked, dial } = await start();
  const socket = await dial();
  socket.on("error", () => {});
  socket.write(question);
  await asked();
  await drain(server, 1);
  if (!socket.closed) await once(socket, "close");
  expect(socket.bytesRead).toBe(0);
});
