import { parseArgs } from "node:util";
import { benchEras, isEraCase } from "./eras/run.ts";
import { benchProxy, isProxyCase } from "./proxy/run.ts";
import { benchSoak } from "./soak/run.ts";
import { benchVerify, isVerifyCase } from "./verify/run.ts";

const usage = `Usage: just bench verify [CASE…] [--seconds 2] [--rounds 3] [--json]
       just bench verify memory [--tokens 1000000]
       just bench verify outage stalls
       just bench proxy [CASE…] [--seconds 2] [--rounds 3] [--json]
       just bench eras [CASE…] [--seconds 2] [--rounds 3] [--json]
       just bench soak [--minutes 30] [--json]

verify  auth's /verify against (a) a bare node:http server that answers the same and (b) Express + jsonwebtoken + Redis.
        Needs redis-server. A line a target says what was promised, and whether it was reached. All cases unless named:

  16, 64    a valid token over so many connections that stay open
  new       a new connection for every request
  traefik   behind one Traefik (TRAEFIK_BIN)
  cold      tokens that auth does not remember, and a bad signature
  refused   a token of another server, and none

        Only when named:

  memory    what auth holds after so many distinct tokens, on an embedded store; memory-redis: on Redis
  outage    what /verify answers while its Redis is killed or hangs, and how soon it is back
  stalls    how long auth's event loop stands still while keys, signatures and secrets are made

proxy   the proxy in front of a stdio server, against supergateway, mcp-proxy, mcp-streamablehttp-proxy (where there
        is uv), a bare node:http echo, a proxy that checks nothing, and the server on a bare pipe. At the end: what is to
        be reached, and whether it was. Cases, all of them unless named:

  memory      at rest, with 50 sessions, after 500 that came and went, with no child left
  initialize  a session opened, with and without a child that waits, also of a server that takes 500 ms to start
  calls       a tool call a request: 1 session, 1 session with 16 calls in flight, 16 and 64 sessions
  progress    the first progress event's way from the server's line, and how many are lost
  large       8 MB there and back, and the memory for it

eras    a tool call between the two wires of MCP: L×L, M×M and M×L (client×server, L is the older one), each with a
        proxy of its own. Cases, all of them unless named:

  pairs       one client, one call at a time
  sharing     64 clients: L×L with 64 processes, the others of one user with one
  memory      what the proxy holds after 100,000 requests

soak    mixed load on auth and the proxy for so long: calls of all kinds, sessions that stay, end or are abandoned (ten
        thousand in half an hour), refreshes, /verify. What they hold early, at half time and afterwards; what is left.

Contenders take turns in short slices; figures are medians over the rounds, ratios are ours (the first) to theirs in the
same round, the median of those.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    tokens: { type: "string", default: "1000000" },
    minutes: { type: "string", default: "30" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [subject, ...named] = positionals;
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const tokens = Number(values.tokens);
const minutes = Number(values.minutes);
const { json } = values;
const isSensible =
  seconds > 0 &&
  seconds <= 60 &&
  Number.isInteger(rounds) &&
  rounds > 0 &&
  rounds <= 50 &&
  Number.isInteger(tokens / 10);

if (values.help) console.log(usage);
else if (subject === "proxy" && named.every(isProxyCase) && isSensible) {
  await benchProxy({ named, seconds, rounds, json });
} else if (subject === "eras" && named.every(isEraCase) && isSensible) {
  await benchEras({ named, seconds, rounds, json });
} else if (subject === "soak" && named.length === 0 && minutes > 0 && minutes <= 1_440) {
  await benchSoak({ minutes, json });
} else if (subject === "verify" && named.every(isVerifyCase) && isSensible) {
  await benchVerify({ named, seconds, rounds, tokens, json });
} else {
  console.error(usage);
  process.exitCode = 2;
}
