import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "./processes.ts";
import { seen } from "./wiretap.ts";

const main = fileURLToPath(new URL("../../services/proxy/dist/main.js", import.meta.url));

/** A proxy without a gateway around it, which serves anyone; a process of its own. */
export interface LoneProxy extends AsyncDisposable {
  /** Its MCP endpoint. */
  readonly url: string;
  /** Sends its process a signal, and waits until it has said something. */
  signal(name: NodeJS.Signals, said: string): Promise<void>;
  /** Waits until its last word of that kind is this one: of a text such as `"name":value`, what stands behind the name. */
  untilSaid(said: string): Promise<void>;
  /** Ends its process without a word. */
  kill(): Promise<void>;
}

/** Serves a stdio MCP server over HTTP on a free port. */
export async function startLoneProxy(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<LoneProxy> {
  const proxy = spawn(process.execPath, [main, "--", ...command], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: "0",
      ALLOW_ANONYMOUS: "1",
      LOG_LEVEL: "debug",
      ...env,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(proxy, "close");
  let logged = "";
  proxy.stderr.on("data", (chunk) => (logged += chunk));
  const port = await until(
    () => (logged.includes('"event":"listening"') ? /"port":(\d+)/.exec(logged)?.[1] : undefined),
    () => `the proxy listens\n${logged}`,
  );
  return {
    url: `http://localhost:${port}/mcp`,
    async signal(name, said) {
      const before = logged.length;
      proxy.kill(name);
      await until(
        () => (logged.includes(said, before) ? true : undefined),
        () => `${said}\n${logged}`,
      );
    },
    async untilSaid(said) {
      const [name = ""] = said.split(":");
      const last = () => logged.split("\n").findLast((line) => line.includes(`${name}:`)) ?? "";
      await until(
        () => (last().includes(said) ? true : undefined),
        () => `${said}\n${logged}`,
        60_000,
      );
    },
    async kill() {
      proxy.kill("SIGKILL");
      await ended;
    },
    async [Symbol.asyncDispose]() {
      proxy.kill("SIGTERM");
      await ended;
      seen.requireNoneIn({ "the proxy's log": logged });
    },
  };
}
