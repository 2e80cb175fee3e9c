import { once } from "node:events";
import { connect } from "node:net";
import type { Contender, Load } from "./slice.ts";

/** How many requests were answered on a connection each, in how many seconds; sorted milliseconds of each. */
export interface FreshLoad {
  readonly seconds: number;
  readonly latencies: readonly number[];
}

/** Asks on a new connection for every request, as Traefik mostly does. Throws on an answer that is not 200. */
export async function loadOnFreshConnections(contender: Contender, load: Load): Promise<FreshLoad> {
  const { port, pathname, host } = new URL(contender.url);
  const lines = Object.entries({ host, ...contender.headers, connection: "close" });
  const request = `GET ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  const latencies: number[] = [];
  const begun = performance.now();
  const one = async () => {
    while (performance.now() - begun < load.seconds * 1_000) {
      const asked = performance.now();
      if (!(await answerTo(request, Number(port))).startsWith("HTTP/1.1 200 ")) {
        throw new Error(`${contender.name}: an answer was not 200`);
      }
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, one));
  return { seconds: (performance.now() - begun) / 1_000, latencies: latencies.sort((a, b) => a - b) };
}

async function answerTo(request: string, port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  let answer = "";
  socket.on("data", (text) => {
    answer += text;
  });
  socket.write(request);
  await once(socket, "end");
  socket.destroy();
  return answer;
}
