import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "@jest/globals";
import { Gateway } from "../src/gateway.ts";
import { declarationOf } from "../src/servers.ts";
import { openSession } from "../src/suites/wire.ts";
import { testWith } from "../src/test-with.ts";

const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

/** Around the 5 s after which Node closes an idle connection by itself; longer on a busy machine is as good. */
const between = (client: number) => 4_900 + (client % 31) * 10; // ms

const clients = 40;
const rounds = 5;

/** One client with one connection, idle between its requests: the statuses of its answers. */
async function statusesOf(url: string, headers: Record<string, string>, client: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0) await pause(between(client));
    const sent = request(url, { agent, method: "POST", headers });
    sent.end(ping);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    await text(answer);
    statuses.push(answer.statusCode ?? 0);
  }
  agent.destroy();
  return statuses;
}

testWith("/proc", "traefik")(
  "200 POSTs through Traefik, each some 5 s after the one before on its connection: none is a 502 (decision 28)",
  async () => {
    await using gateway = await Gateway.start({ edge: "Traefik", declaration: declarationOf("memory") });
    const headers = {
      ...(await openSession(gateway, "memory")),
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const url = gateway.mcpUrl("memory").replace("localhost", "127.0.0.1");
    const named = { ...headers, host: new URL(gateway.origin).host };
    const all = Array.from({ length: clients }, (_, client) => statusesOf(url, named, client));
    expect((await Promise.all(all)).flat()).toEqual(Array.from({ length: clients * rounds }, () => 200));
  },
  180_000,
);
