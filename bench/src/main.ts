import { parseArgs } from "node:util";
import { compare, renderRows, type Series } from "./compare.ts";
import { measureSlice, type Slice } from "./slice.ts";
import { type Case, cases } from "./verify/cases.ts";
import { renderMemory, runMemory } from "./verify/memory.ts";
import { openVerifyStage } from "./verify/stage.ts";

const usage = `Usage: just bench verify [CASE…] [--seconds 2] [--rounds 3] [--json]
       just bench verify memory [--tokens 1000000]

  auth's /verify against (a) a bare node:http server that answers the same and (b) Express + jsonwebtoken + Redis.
  Needs redis-server. Cases, all of them unless named:

  16, 64    a valid token over so many connections that stay open
  new       a new connection for every request
  traefik   behind one Traefik (TRAEFIK_BIN)
  cold      tokens that auth does not remember, and a bad signature
  refused   a token of another server, and none
  memory    what auth holds after so many distinct tokens; only when named

Contenders take turns in short slices; figures are medians over the rounds, ratios are ours (the first) to theirs.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    tokens: { type: "string", default: "1000000" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [subject, ...named] = positionals;
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const tokens = Number(values.tokens);
const isSensible =
  subject === "verify" &&
  named.every((name) => name === "memory" || Object.hasOwn(cases, name)) &&
  [seconds > 0 && seconds <= 60, Number.isInteger(rounds) && rounds > 0 && rounds <= 50].every(Boolean) &&
  Number.isInteger(tokens / 10);

if (values.help) console.log(usage);
else if (!isSensible) {
  console.error(usage);
  process.exitCode = 2;
} else if (named.includes("memory")) {
  console.log(renderMemory(await runMemory(tokens)));
} else {
  await using stage = await openVerifyStage();
  for (const name of named.length === 0 ? Object.keys(cases) : named) {
    const one = (await cases[name]?.(stage)) as Case;
    const rows = compare(await measureCase(one));
    console.log(values.json ? JSON.stringify({ name, rows }) : renderRows(`\n${name}: ${one.title}`, rows));
  }
}

async function measureCase({ contenders, load }: Case): Promise<readonly Series[]> {
  const slices = new Map<string, Slice[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await measureSlice(contender, { ...load, seconds }); // warm: compiler, caches
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      slices.get(contender.name)?.push(await measureSlice(contender, { ...load, seconds }));
    }
  }
  return [...slices].map(([name, taken]) => ({ name, slices: taken }));
}
