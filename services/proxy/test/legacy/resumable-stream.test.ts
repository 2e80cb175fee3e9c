import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { EventLog } from "../../src/legacy/event-log.ts";
import { ResumableStream } from "../../src/legacy/resumable-stream.ts";
import { limitsBy } from "../fixtures/limits.ts";

const { streams, missed } = limitsBy();
const minute = 60_000;
const options = { headers: {}, priming: true, token: undefined };

describe("a stream whose client has gone", () => {
  const server = createServer();
  beforeEach(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance"] });
  });
  afterEach(() => {
    jest.useRealTimers();
    server.closeAllConnections();
    server.close();
  });

  /** A response that can be written to, and what ends its connection. */
  async function openResponse(): Promise<{ res: ServerResponse; breakOff: () => Promise<unknown> }> {
    const asking = request({ port: (server.address() as AddressInfo).port, agent: false });
    asking.on("error", () => {}).end();
    const [, res] = (await once(server, "request")) as [unknown, ServerResponse];
    return {
      res,
      breakOff: () => {
        asking.destroy();
        return once(res, "close");
      },
    };
  }

  function openStream() {
    const log = new EventLog(missed);
    let forgotten = 0;
    const stream = new ResumableStream(log, "get", { ...streams, ...missed, onForgotten: () => (forgotten += 1) });
    const isKept = () => log.after(`${stream.name}.0`) !== undefined;
    return { stream, isKept, forgotten: () => forgotten };
  }

  test("can be resumed for five minutes, and is forgotten then (mcp-wire.md 6)", async () => {
    const { res, breakOff } = await openResponse();
    const { stream, isKept, forgotten } = openStream();
    stream.connect(res, options);
    await breakOff();
    jest.advanceTimersByTime(5 * minute - 1);
    expect([isKept(), forgotten()]).toEqual([true, 0]);
    jest.advanceTimersByTime(1);
    expect([isKept(), forgotten()]).toEqual([false, 1]);
  });

  test("before it began, as a session was brought back for it, is forgotten as well, and no timer is left", async () => {
    const { res, breakOff } = await openResponse();
    await breakOff();
    const { stream, forgotten } = openStream();
    stream.connect(res, options);
    expect(stream.isOpen()).toBe(false);
    jest.advanceTimersByTime(5 * minute);
    expect([forgotten(), jest.getTimerCount()]).toEqual([1, 0]);
  });
});
