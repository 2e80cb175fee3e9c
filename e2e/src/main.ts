import { parseArgs } from "node:util";
import { runAuthorizationConformance } from "./clients/authorization-conformance.ts";
import {
  conformanceServer,
  isPassed,
  outcomesOf,
  runConformance,
  type ScenarioOutcome,
  serverRuns,
} from "./conformance.ts";
import { Gateway } from "./gateway.ts";
import { startLoneProxy } from "./lone-proxy.ts";
import { declarationOf } from "./servers.ts";

const usage = `Usage: just conformance [server] [--requirements VERSION | --spec-version VERSION] [--json]
       just conformance authorization [--json]

server         the official tool's scenarios against the proxy in front of a stdio server; by default those that are
               required in 2025-11-25, and those of 2025-06-18 and 2025-03-26
authorization  its authorization server scenarios against a started gateway

Without a name: both. Exits with 1 when a scenario fails.`;

/** What the tool was run for, and how its scenarios came out. */
interface Run {
  readonly run: string;
  readonly outcomes: Readonly<Record<string, ScenarioOutcome>>;
}

async function runServer(choice: readonly string[]): Promise<Run> {
  await using proxy = await startLoneProxy([process.execPath, conformanceServer]);
  return { run: `server ${choice.join(" ")}`, outcomes: await runConformance(proxy.url, choice) };
}

async function runAuthorization(): Promise<Run> {
  await using gateway = await Gateway.start({ edge: "the edge", declaration: declarationOf("headers") });
  const { printed } = await runAuthorizationConformance(gateway.origin, gateway.mcpUrl("headers"));
  return { run: "authorization", outcomes: outcomesOf(printed) };
}

/** Whether all scenarios pass, and there are some. */
function report({ run, outcomes }: Run, json: boolean): boolean {
  const scenarios = Object.entries(outcomes);
  const failed = scenarios.filter(([, outcome]) => !isPassed(outcome)).map(([name]) => name);
  const passed = scenarios.length - failed.length;
  if (json) console.log(JSON.stringify({ run, passed, failed, outcomes }));
  else console.log([`${run}: ${passed} of ${scenarios.length} scenarios pass`, ...failed].join("\n  failed: "));
  return passed > 0 && failed.length === 0;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        requirements: { type: "string" },
        "spec-version": { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
}

function fail(reason: string): never {
  console.error(`${reason}\n\n${usage}`);
  process.exit(2);
}

const { values, positionals } = readArguments();
const [subject, ...others] = positionals;
const chosen = (["requirements", "spec-version"] as const).flatMap((name) =>
  values[name] === undefined ? [] : [[`--${name}`, values[name]]],
);
if (values.help) {
  console.log(usage);
  process.exit(0);
}
if (subject !== undefined && subject !== "server" && subject !== "authorization") fail(`What is ${subject}?`);
if (others.length > 0) fail(`One of server and authorization, not ${positionals.join(" and ")}`);
if (chosen.length > 1) fail("Either --requirements or --spec-version");
if (chosen.length > 0 && subject === "authorization") fail("A version is chosen for the server's scenarios alone");

const runs: (() => Promise<Run>)[] = [];
if (subject !== "authorization") {
  for (const choice of chosen.length > 0 ? chosen : serverRuns.map((run) => run.choice)) {
    runs.push(() => runServer(choice));
  }
}
if (subject !== "server" && chosen.length === 0) runs.push(runAuthorization);
for (const run of runs) if (!report(await run(), values.json)) process.exitCode = 1;
