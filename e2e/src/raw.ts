import { connect } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { see } from "./wiretap.ts";

/** Milliseconds without a byte: of a busy machine the first one may take its time, and after it nothing more is expected soon. */
const [firstTime, quietTime] = [5_000, 1_000];

/** Sends bytes as they are to the gateway that a URL leads to; gives all that came back until it closed, or fell silent. */
export function sendRaw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const { protocol, hostname, port } = new URL(url);
    const address = { host: "127.0.0.1", port: Number(port) };
    const socket = protocol === "https:" ? tlsConnect({ ...address, servername: hostname }) : connect(address);
    let received = "";
    socket.setEncoding("latin1").setTimeout(firstTime);
    socket.once("data", () => socket.setTimeout(quietTime)).on("data", (text) => (received += text));
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
