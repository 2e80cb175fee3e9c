import { connect } from "node:net";
import { see } from "./wiretap.ts";

const quietTime = 500; // ms without a byte, after which nothing more is expected

/** Sends bytes as they are to a gateway; gives all that came back until it closed, or fell silent. */
export function sendRaw(origin: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    let received = "";
    socket.setEncoding("latin1").setTimeout(quietTime);
    socket.on("data", (text) => (received += text));
    socket.on("timeout", () => socket.destroy()).on("error", () => {});
    socket.on("close", () => {
      see({ headers: headersOf(received), body: received });
      resolve(received);
    });
    see({ headers: headersOf(bytes) });
    socket.write(bytes, "latin1");
  });
}

function headersOf(bytes: string): [string, string][] {
  return [...bytes.matchAll(/^([\w-]+): *(.*?)\r?$/gm)].map(([, name = "", value = ""]) => [name, value]);
}
