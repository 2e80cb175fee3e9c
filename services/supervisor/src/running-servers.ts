import type { PlannedServer } from "./plan.ts";
import { runNative, runProxy, type ServerContext, watchExternal } from "./running-server.ts";
import type { Supervised } from "./supervised.ts";

/** The declared servers that run. */
export interface RunningServers {
  begin(servers: readonly PlannedServer[]): void;
  /** Ends one, in an orderly way; nothing when there is none of this name. */
  end(name: string): Promise<void>;
  /** Those of them that are processes of ours. */
  processes(): readonly Supervised[];
}

/** @param context what they share; its signal is the end of all */
export function createRunningServers(context: ServerContext): RunningServers {
  const running = new Map<string, { readonly process: Supervised | undefined; readonly over: AbortController }>();
  return {
    begin: (servers) => {
      for (const server of servers) {
        if (context.signal.aborted) return;
        const over = new AbortController();
        const signal = AbortSignal.any([context.signal, over.signal]);
        running.set(server.name, { process: start(server, { ...context, signal }), over });
      }
    },
    end: async (name) => {
      const server = running.get(name);
      running.delete(name);
      server?.over.abort();
      await server?.process?.stop();
    },
    processes: () => [...running.values()].flatMap(({ process }) => process ?? []),
  };
}

function start(server: PlannedServer, context: ServerContext): Supervised | undefined {
  if (server.kind === "proxy") return runProxy(server.process, context);
  if (server.kind === "native") return runNative(server.process, context);
  if (server.kind === "external") void watchExternal(server.name, server.url, context);
  return undefined;
}
