import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { listenMetrics, oneSeries } from "../src/index.ts";

/** A port of metrics that counts how often they were read, for the length of a scope. */
async function open() {
  let reads = 0;
  const server = await listenMetrics({ host: "127.0.0.1", port: 0 }, () => {
    reads += 1;
    return [oneSeries("reads_total", "counter", "Reads.", reads)];
  });
  const { port } = server.address() as AddressInfo;
  const ask = (path: string, method = "GET") => fetch(`http://127.0.0.1:${port}${path}`, { method });
  const close = async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  };
  return { port, ask, [Symbol.asyncDispose]: close };
}

describe("a port of metrics", () => {
  test("answers nothing but GET and HEAD of /metrics, and reads nothing for others", async () => {
    await using metrics = await open();
    for (const path of ["/", "/metrics/", "/metrics?x", "/sessions"])
      expect([path, (await metrics.ask(path)).status]).toEqual([path, 404]);
    const posted = await metrics.ask("/metrics", "POST");
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET"]);
    expect(await (await metrics.ask("/metrics")).text()).toMatch(/^reads_total 1$/m);
  });

  test("answers with the text format, as it stands at each question", async () => {
    await using metrics = await open();
    const first = await metrics.ask("/metrics", "HEAD");
    expect(first.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(first.headers.get("cache-control")).toBe("no-store");
    expect(await (await metrics.ask("/metrics")).text()).toMatch(/^reads_total 2$/m);
  });

  test("is not had where another one has it", async () => {
    await using taken = await open();
    const second = listenMetrics({ host: "127.0.0.1", port: taken.port }, () => []);
    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
