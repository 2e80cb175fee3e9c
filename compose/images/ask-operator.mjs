// Asks the operator API of this container's service, whose socket is reached from nowhere else: ask-operator.mjs METHOD PATH, a body
// on standard input. Prints one JSON value: {"status": 200, "body": "…"}; ends with 1 when nobody answers on the socket.
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const longestAnswer = 600_000; // ms: a large backup is written one durable step after the other

async function main([method = "GET", path = "/"]) {
  const { OPERATOR_SOCKET, DATA_DIR = "" } = process.env; // as the service itself has them
  const socketPath = OPERATOR_SOCKET || join(DATA_DIR, "operator.sock");
  const body = process.stdin.isTTY ? "" : await text(process.stdin);
  const headers = body === "" ? {} : { "content-type": "application/json" };
  const sent = request({ socketPath, method, path, headers, timeout: longestAnswer }).end(body);
  sent.on("timeout", () => sent.destroy(new Error("nothing came")));
  const [answer] = await once(sent, "response");
  process.stdout.write(JSON.stringify({ status: answer.statusCode, body: await text(answer) }));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`the service does not answer on its operator socket (${error.code ?? error.message}).`);
  process.exit(1);
});
