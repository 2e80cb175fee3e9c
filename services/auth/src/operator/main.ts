// Asks the operator API where only auth's own container reaches it: node dist/operator/main.js METHOD PATH, a body on standard
// input. Prints one JSON value: {"status": 200, "body": "…"}; ends with 1 when nobody answers on the socket.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";

async function main([method = "GET", path = "/"]: readonly string[]): Promise<void> {
  const { OPERATOR_SOCKET, DATA_DIR = "" } = process.env; // as auth itself has them
  const socketPath = OPERATOR_SOCKET || join(DATA_DIR, "operator.sock");
  const body = process.stdin.isTTY ? "" : await text(process.stdin);
  const headers = body === "" ? {} : { "content-type": "application/json" };
  const sent = request({ socketPath, method, path, headers }).end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  process.stdout.write(JSON.stringify({ status: answer.statusCode, body: await text(answer) }));
}

main(process.argv.slice(2)).catch((error: NodeJS.ErrnoException) => {
  console.error(`auth does not answer on its operator socket (${error.code ?? error.message}).`);
  process.exit(1);
});
