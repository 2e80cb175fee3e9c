import { fileURLToPath } from "node:url";
import { askStatelessly, openOverHttp, type Prepare, type Ready } from "../proxy/asking.ts";
import type { Callable } from "../proxy/calls.ts";
import { type OurProxy, openBenchAuth, startOurProxy } from "../proxy/our-proxy.ts";
import { openPrograms } from "../proxy/programs.ts";

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
  const programs = openPrograms();
  const auth = await openBenchAuth();
  const start = (era: keyof typeof servers) => startOurProxy(programs.run, auth, [process.execPath, servers[era]]);
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
      await programs[Symbol.asyncDispose]();
      auth.close();
    },
  };
}

function ofOneUser(name: string, proxy: OurProxy): Stand {
  const client = askStatelessly(proxy.url, proxy.identity());
  const nothing = async () => {};
  return { name, program: proxy.program, proxy, open: async () => ({ ...client, [Symbol.asyncDispose]: nothing }) };
}
