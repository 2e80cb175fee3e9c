import { request } from "node:http";
import autocannon from "autocannon";
import type { Prepared } from "../proxy/asking.ts";
import type { Slice } from "../slice.ts";
import type { Stand } from "./stands.ts";

/** Clients that each send one request over and over. */
export interface Clients {
  readonly requests: readonly Prepared[];
  end(): Promise<unknown>;
}

/** Opens so many clients of a stand. */
export async function openClients({ open }: Stand, count: number): Promise<Clients> {
  const opened: Awaited<ReturnType<Stand["open"]>>[] = [];
  while (opened.length < count) opened.push(await open());
  const requests = opened.map(({ prepare }) => prepare("tools/call", { name: "echo", arguments: { text: "hello" } }));
  return { requests, end: () => Promise.all(opened.map((each) => each[Symbol.asyncDispose]())) };
}

/**
 * Puts load on a stand by a program that costs as little as there is, since it runs on the same machine. Throws when
 * something is not answered.
 * @param how for so many seconds, or with so many requests
 */
export async function putLoad(
  { name, proxy: { program, url } }: Stand,
  { requests }: Clients,
  how: { readonly duration: number } | { readonly amount: number },
): Promise<Slice> {
  const [first] = requests;
  if (first === undefined) throw new Error("no client");
  await requireAnswer(url, first);
  let next = 0;
  const before = program.cpuSeconds();
  const result = await autocannon({
    url,
    method: "POST",
    connections: requests.length,
    ...how,
    setupClient(client) {
      const { headers, body } = requests[next % requests.length] ?? first;
      next += 1;
      client.setHeadersAndBody({ ...headers }, body);
    },
  });
  const after = program.cpuSeconds();
  const answered = result["2xx"];
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0 || answered === 0) throw new Error(`${name}: ${bad} requests were not answered`);
  const { p50, p99 } = result.latency;
  const cpuPerRequest = before === undefined || after === undefined ? undefined : ((after - before) / answered) * 1e6;
  return { requestsPerSecond: answered / result.duration, p50, p99, cpuPerRequest };
}

/** One answer is looked at: all are alike, and an error is a 200 as well. */
function requireAnswer(url: string, { headers, body }: Prepared): Promise<void> {
  return new Promise((resolve, reject) => {
    const req = request(url, { method: "POST", headers: { ...headers } }, async (res) => {
      let text = "";
      for await (const chunk of res) text += chunk;
      if (text.includes('"text":"hello"')) resolve();
      else reject(new Error(`a call answered ${res.statusCode} ${text.slice(0, 200)}`));
    });
    req.on("error", reject);
    req.end(body);
  });
}
