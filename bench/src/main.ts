import { parseArgs } from "node:util";
import { compare, renderRows, type Series } from "./compare.ts";
import { benchProxy } from "./proxy/run.ts";
import { measureSlice, type Slice } from "./slice.ts";
import { openVerifyStage } from "./verify/stage.ts";

const usage = `Usage: just bench verify|proxy [--seconds 2] [--rounds 3] [--json]

  verify   auth's /verify with a valid token, against (a) a bare node:http server that answers the same
           and (b) Express + jsonwebtoken + Redis; at 16 and at 64 connections. Needs redis-server.
  proxy    the proxy in front of a stdio server, against supergateway, mcp-proxy, mcp-streamablehttp-proxy (where
           there is uv), a bare node:http echo, a proxy that checks nothing, and the server on a bare pipe.

Contenders take turns in short slices; figures are medians over the rounds, ratios are ours to theirs.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const isSensible = seconds > 0 && seconds <= 60 && Number.isInteger(rounds) && rounds > 0 && rounds <= 50;

if (values.help) console.log(usage);
else if (positionals.join(" ") === "proxy" && isSensible) await benchProxy({ seconds, rounds, json: values.json });
else if (positionals.join(" ") !== "verify" || !isSensible) {
  console.error(usage);
  process.exitCode = 2;
} else {
  await using stage = await openVerifyStage();
  for (const connections of [16, 64]) {
    const slices = new Map<string, Slice[]>(stage.contenders.map(({ name }) => [name, []]));
    const load = { connections, seconds };
    for (const contender of stage.contenders) await measureSlice(contender, load); // warm: the compiler, the caches
    for (let round = 0; round < rounds; round += 1) {
      for (const contender of stage.contenders) slices.get(contender.name)?.push(await measureSlice(contender, load));
    }
    const series: Series[] = [...slices].map(([name, taken]) => ({ name, slices: taken }));
    const rows = compare(series);
    console.log(values.json ? JSON.stringify({ connections, rows }) : renderRows(`\n${connections} connections`, rows));
  }
}
