import { get } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

const pause = 50; // ms; there is no event for another process's listening

/** Waits until something accepts connections at an address. Rejects with the signal's reason. */
export async function untilListening(address: { port: number; host: string }, signal: AbortSignal): Promise<void> {
  while (!(await accepts(address))) await delay(pause, undefined, { signal });
}

/** Whether something accepts connections at an address now. */
export function accepts(address: { port: number; host: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const done = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => done(true)).once("error", () => done(false));
  });
}

/** Waits until a GET is answered with a status that `isReady` accepts. */
export async function untilAnswering(
  { url, host }: { readonly url: string; readonly host?: string },
  isReady: (status: number) => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!isReady((await ask(url, signal, host).catch(() => ({ status: 0 }))).status)) {
    await delay(pause, undefined, { signal });
  }
}

/** One GET: status and body. */
export function ask(
  url: string,
  signal: AbortSignal,
  host = new URL(url).host,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { signal, agent: false, headers: { host } }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    });
    asked.on("error", reject);
  });
}

/** The port a URL names, also where it leaves it out. */
export function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === "https:" ? 443 : 80);
}
