import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import { send } from "../http.ts";
import { until } from "../processes.ts";

const main = fileURLToPath(new URL("../../../services/docker-socket/dist/main.js", import.meta.url));

/** services/docker-socket as it runs beside Traefik, before an engine on a socket of this machine. */
export class DockerSocket implements AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(address: string, child: ChildProcess) {
    this.address = address;
    this.#child = child;
  }

  /** @param engine the path of the engine's socket */
  static async start(engine: string): Promise<DockerSocket> {
    const port = await freePort();
    const env = { PATH: process.env.PATH, HOST: "127.0.0.1", PORT: `${port}`, DOCKER_SOCKET: engine };
    const child = spawn(process.execPath, [main], { env, stdio: "ignore" });
    const socket = new DockerSocket(`127.0.0.1:${port}`, child);
    const answers = () =>
      send(`http://${socket.address}/_ping`).then(
        () => true, // whatever the engine says
        () => undefined,
      );
    await until(answers, "services/docker-socket answering");
    return socket;
  }

  /** Ends it. May be called again. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    await ended;
  }
}
