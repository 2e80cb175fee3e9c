import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { freePortAfter, freePorts, holderOf, isPortForbidden, isPortFree } from "../src/ports.ts";

let server: Server | undefined;
afterEach(async () => {
  if (server) await once(server.close(), "close");
  server = undefined;
});

async function take(port: number): Promise<void> {
  server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
}

describe("ports", () => {
  test("free ones are different and free", async () => {
    const ports = await freePorts(20);
    expect(new Set(ports).size).toBe(20);
    expect(await isPortFree(ports[0] as number)).toBe(true);
  });

  test("a taken one is seen, with who has it and the next free one", async () => {
    const [port = 0] = await freePorts(1);
    await take(port);
    expect(await isPortFree(port)).toBe(false);
    expect(await freePortAfter(port)).toBeGreaterThan(port);
    if (process.platform === "linux") expect(holderOf(port)).toContain(`(pid ${process.pid})`);
  });

  test("a free one and a taken one are for this user", async () => {
    const [free = 0, taken = 0] = await freePorts(2);
    await take(taken);
    expect(await Promise.all([free, taken].map(isPortForbidden))).toEqual([false, false]);
  });

  test("nobody holds a free one", async () => {
    const [port = 0] = await freePorts(1);
    expect(holderOf(port)).toBeUndefined();
  });
});
