import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { openEventStream } from "../../src/http/event-stream.ts";
import { EventReader } from "../fixtures/client.ts";
import { limitsBy } from "../fixtures/limits.ts";

describe("an open stream", () => {
  const server = createServer((_req, res) => void openEventStream(res, {}, limitsBy().streams));
  beforeEach(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "setTimeout", "clearTimeout", "queueMicrotask"] });
  });
  afterEach(() => {
    jest.useRealTimers();
    server.closeAllConnections();
    server.close();
  });

  test("is kept open by a comment every 15 s (mcp-wire.md 1.3)", async () => {
    const asked = request({ port: (server.address() as AddressInfo).port, agent: false }).end();
    const [res] = await once(asked, "response");
    const stream = new EventReader(res);
    const frames = [await stream.frame()];
    for (let times = 0; times < 2; times += 1) {
      jest.advanceTimersByTime(15_000);
      frames.push(await stream.frame());
    }
    expect(frames).toEqual([": keepalive\n\n", ": keepalive\n\n", ": keepalive\n\n"]);
    stream.close();
  });
});
