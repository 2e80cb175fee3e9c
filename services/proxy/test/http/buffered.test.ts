import { type ClientRequest, request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { callMessage, TestClient, until } from "../fixtures/client.ts";
import { openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const megabyte = 1_048_576;
let proxy: RunningProxy | undefined;
const connections: (Socket | ClientRequest)[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy();
  await proxy?.close();
  proxy = undefined;
});
const open = async (buffered: number, bufferedOfUser = buffered) => {
  proxy = await openProxy({ limits: { buffered, bufferedOfUser } });
  return { proxy, client: await TestClient.open(proxy.url) };
};
const echo = (size: number) => JSON.stringify(callMessage(1, "echo", { value: "x".repeat(size) }));

/** A call of which only the first half is sent. */
function beginUpload({ url, headers }: TestClient, body: string): ClientRequest {
  const all = { ...headers, "content-type": "application/json", "content-length": String(body.length) };
  const upload = request(url, { method: "POST", headers: { ...all, accept: "application/json" }, agent: false });
  upload.on("error", () => {});
  upload.write(body.slice(0, body.length / 2));
  connections.push(upload);
  return upload;
}

describe("what all clients together send and do not read", () => {
  test("bodies for which there is no room are refused with when to come again, before they are read", async () => {
    const { proxy, client } = await open(megabyte);
    const body = echo(600_000);
    const uploads = [1, 2].map(() => beginUpload(client, body));
    await until(() => proxy.buffered.incoming > 550_000);
    const refused = await client.post(body);
    expect(refused).toMatchObject({
      status: 503,
      headers: { "retry-after": "5" },
      json: { error: { code: -32_603, message: expect.stringContaining("try again") } },
    });
    expect(await client.tool("echo", { value: "a small one" })).toBe("a small one");
    for (const upload of uploads) upload.destroy();
    await until(() => proxy.buffered.incoming === 0);
    expect((await client.post(body)).status).toBe(200);
  });

  test("one user has a part of the room, and the others go on", async () => {
    const { proxy } = await open(2 * megabyte, megabyte);
    const [one, other] = await Promise.all(["one", "other"].map((user) => TestClient.open(proxy.url, { user })));
    const body = echo(800_000);
    const upload = beginUpload(one as TestClient, body);
    await until(() => proxy.buffered.incoming > 350_000);
    expect((await one?.post(body))?.status).toBe(503);
    expect((await other?.post(body))?.status).toBe(200);
    upload.destroy();
    await until(() => proxy.buffered.incoming === 0);
    expect((await one?.post(body))?.status).toBe(200);
  });

  test("a body that says no length is refused when the room is used up", async () => {
    const { proxy, client } = await open(megabyte);
    const body = echo(800_000);
    beginUpload(client, echo(1_000_000));
    await until(() => proxy.buffered.incoming > 450_000);
    const chunked = { "transfer-encoding": "chunked" };
    expect((await client.post(body, chunked)).status).toBe(503);
  });

  test("a reader that does not read is cut off; the others go on", async () => {
    const { proxy, client } = await open(2 * megabyte);
    const { host, port, pathname } = new URL(client.url);
    const call = JSON.stringify(callMessage(1, "big", { size: 14_000_000 }));
    const slow = connect(Number(port), "127.0.0.1");
    connections.push(slow);
    const lines = [`POST ${pathname} HTTP/1.1`, `Host: ${host}`, "Content-Type: application/json"];
    const session = `Mcp-Session-Id: ${client.headers["mcp-session-id"]}`;
    slow
      .pause()
      .write([...lines, "Accept: application/json", session, `Content-Length: ${call.length}`, "", call].join("\r\n"));
    await until(() => proxy.logged().includes("slow reader cut off"));
    const bystander = await TestClient.open(proxy.url);
    expect(await bystander.tool("echo", { value: "still here" })).toBe("still here");
  });
});
