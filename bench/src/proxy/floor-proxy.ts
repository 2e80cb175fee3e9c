import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { createInterface } from "node:readline";

// The floor: a proxy that checks nothing, bounds nothing, streams nothing and never ends a child.
interface Session {
  readonly end: () => void;
  readonly send: (line: string) => void;
  readonly waiting: Map<number, { readonly res: ServerResponse; readonly id: unknown }>;
}

const [command = "", ...args] = process.argv.slice(2);
const sessions = new Map<string, Session>();
let lastId = 0;

function startSession(key: string): Session {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const session: Session = {
    end: () => child.stdin.end(),
    send: (line) => child.stdin.write(`${line}\n`),
    waiting: new Map(),
  };
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line);
    const asked = session.waiting.get(message.id);
    if (asked === undefined) return;
    session.waiting.delete(message.id);
    const body = JSON.stringify({ ...message, id: asked.id });
    const length = String(Buffer.byteLength(body));
    const headers = { "content-type": "application/json", "content-length": length, "mcp-session-id": key };
    asked.res.writeHead(200, headers).end(body);
  });
  sessions.set(key, session);
  return session;
}

createServer((req, res) => {
  if (req.method === "DELETE") {
    sessions.get(String(req.headers["mcp-session-id"]))?.end();
    return res.end();
  }
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    const message = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const key = String(req.headers["mcp-session-id"] ?? randomUUID());
    const session = sessions.get(key) ?? startSession(key);
    if (message.id === undefined) {
      session.send(JSON.stringify(message));
      return res.writeHead(202).end();
    }
    lastId += 1;
    session.waiting.set(lastId, { res, id: message.id });
    session.send(JSON.stringify({ ...message, id: lastId }));
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
