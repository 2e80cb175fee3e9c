import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { type Program, startProgram } from "../program.ts";
import { askStatelessly, openOverHttp, type Prepare, type Ready } from "../proxy/asking.ts";
import type { Callable } from "../proxy/calls.ts";
import { type OurProxy, openBenchAuth, type Run, startOurProxy } from "../proxy/our-proxy.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const servers = { legacy: here("../proxy/echo-server.js"), modern: here("./modern-echo.js") };

/** A proxy of its own in front of a server of one wire, and the clients that come to it. */
export interface Stand extends Callable {
  readonly proxy: OurProxy;
  open(): Promise<{ readonly ready: Ready; readonly prepare: Prepare } & AsyncDisposable>;
}

/** The pairs of a client's wire and a server's. */
export interface Stands extends AsyncDisposable {
  /** A session a client. */
  readonly legacy: Stand;
  /** All of one user. */
  readonly modern: Stand;
  /** All of one user. */
  readonly bridged: Stand;
}

export async function startStands(): Promise<Stands> {
  const programs: Program[] = [];
  const run: Run = async (command, port, env = {}) => {
    const base = { NODE_ENV: "production", HOME: homedir(), PORT: String(port) };
    const program = await startProgram(command, port, { ...base, ...env });
    programs.push(program);
    return program;
  };
  const auth = await openBenchAuth();
  const start = (era: keyof typeof servers) => startOurProxy(run, auth, [process.execPath, servers[era]]);
  const [legacy, modern, bridged] = [await start("legacy"), await start("modern"), await start("legacy")];
  return {
    legacy: {
      name: "L×L, a session a client",
      program: legacy.program,
      proxy: legacy,
      open: () => openOverHttp(legacy.url, legacy.identity()),
    },
    modern: ofOneUser("M×M, all of one user", modern),
    bridged: ofOneUser("M×L, all of one user", bridged),
    async [Symbol.asyncDispose]() {
      for (const program of programs.reverse()) await program[Symbol.asyncDispose]();
      auth.close();
    },
  };
}

function ofOneUser(name: string, proxy: OurProxy): Stand {
  const client = askStatelessly(proxy.url, proxy.identity());
  const nothing = async () => {};
  return { name, program: proxy.program, proxy, open: async () => ({ ...client, [Symbol.asyncDispose]: nothing }) };
}
