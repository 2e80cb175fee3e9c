import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";

/** Sends one request and gives the text of its answer. Throws when it is none. */
export type Ask = (method: string, params: object) => Promise<string>;

/** Makes one request; the function it gives sends it, once, and gives the text of its answer. Throws when it is none. */
export type Ready = (method: string, params: object) => () => Promise<string>;

/** A message of the server, and when it came: milliseconds since the epoch. */
interface Arrival {
  readonly at: number;
  readonly message: {
    readonly id?: unknown;
    readonly method?: string;
    readonly params?: Readonly<Record<string, unknown>>;
  };
}

/** A client's conversation. */
export interface Conversation extends AsyncDisposable {
  /** The answer to `initialize` was the server's own, to this client: what the client says of itself is in it. */
  readonly isServersOwn: boolean;
  readonly ask: Ask;
  /** What a client does before it sends is no part of what a request takes. */
  readonly ready: Ready;
  /** Sends one request and gives all messages until its answer, that one included. */
  watch(method: string, params: object): Promise<readonly Arrival[]>;
}

/** A request as HTTP has it. */
export interface Prepared {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes a request without sending it. */
export type Prepare = (method: string, params: object) => Prepared;

const answerLimit = 20_000; // ms
const both = "application/json, text/event-stream";
const initializeParams = { protocolVersion: "2025-06-18", capabilities: {} };
let lastId = 0;

function initializeAs(name: string) {
  return { ...initializeParams, clientInfo: { name, version: "1" } };
}

function message(method: string, params: object): { readonly id: number; readonly text: string } {
  lastId += 1;
  return { id: lastId, text: JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params }) };
}

const agent = new Agent({ keepAlive: true, maxSockets: 200 });

interface Answer {
  readonly status: number;
  readonly sessionId: string | undefined;
  readonly text: string;
}

const now = () => performance.timeOrigin + performance.now();

function exchange(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string,
  onData: (chunk: Buffer) => void = () => {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const req = request(url, { method, agent, timeout: answerLimit, headers: { ...headers, ...length } }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        onData(chunk);
      });
      res.on("error", reject);
      res.once("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const sessionId = res.headers["mcp-session-id"];
        resolve({ status: res.statusCode ?? 0, sessionId: sessionId as string | undefined, text });
      });
    });
    req.on("error", reject);
    req.once("timeout", () => req.destroy(new Error(`${url} did not answer`)));
    req.end(body);
  });
}

function textOf({ status, text }: Answer, method: string, id: number): string {
  if (status === 200 && text.includes(`"id":${id}`)) return text;
  throw new Error(`${method} answered ${status} ${text.slice(0, 200)}`);
}

/** Opens a session over HTTP. `headers` go with every request. */
export async function openOverHttp(
  url: string,
  own: Readonly<Record<string, string>> = {},
): Promise<Conversation & { readonly prepare: Prepare }> {
  const headers: Record<string, string> = { "content-type": "application/json", accept: both, ...own };
  const ready: Ready = (method, params) => {
    const { id, text } = message(method, params);
    return async () => {
      const answer = await exchange(url, "POST", headers, text);
      headers["mcp-session-id"] ??= answer.sessionId ?? "none";
      return textOf(answer, method, id);
    };
  };
  const ask: Ask = (method, params) => ready(method, params)();
  const watch = async (method: string, params: object) => {
    const arrivals: Arrival[] = [];
    const take = eventReader((data) => arrivals.push({ at: now(), message: JSON.parse(data) }));
    await exchange(url, "POST", headers, message(method, params).text, take);
    return arrivals;
  };
  const name = randomUUID();
  const initialized = await ask("initialize", initializeAs(name));
  const isServersOwn = initialized.includes(name);
  headers["mcp-protocol-version"] = initializeParams.protocolVersion;
  const notification = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
  await exchange(url, "POST", headers, notification);
  const end = () => exchange(url, "DELETE", headers).catch(() => {}); // some answer it by closing the connection
  const prepare: Prepare = (method, params) => ({ headers: { ...headers }, body: message(method, params).text });
  return { isServersOwn, ask, ready, watch, prepare, [Symbol.asyncDispose]: async () => void (await end()) };
}

const modernVersion = "2026-07-28";
const envelope = {
  "io.modelcontextprotocol/protocolVersion": modernVersion,
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
};

/** A client of the stateless wire, which opens nothing: what it needs is in each request. `own` goes with every request. */
export function askStatelessly(
  url: string,
  own: Readonly<Record<string, string>> = {},
): { readonly ask: Ask; readonly ready: Ready; readonly prepare: Prepare } {
  const always = { "content-type": "application/json", accept: both, "mcp-protocol-version": modernVersion, ...own };
  const headersOf = (method: string, params: { readonly name?: string }) => {
    const named = params.name === undefined ? {} : { "mcp-name": params.name };
    return { ...always, "mcp-method": method, ...named };
  };
  const messageOf = (method: string, params: object) => message(method, { ...params, _meta: envelope });
  const ready: Ready = (method, params) => {
    const { id, text } = messageOf(method, params);
    const headers = headersOf(method, params);
    return async () => textOf(await exchange(url, "POST", headers, text), method, id);
  };
  const ask: Ask = (method, params) => ready(method, params)();
  const prepare: Prepare = (method, params) => ({
    headers: headersOf(method, params),
    body: messageOf(method, params).text,
  });
  return { ask, ready, prepare };
}

/** Takes the pieces of an event stream, and hands on each event's data as soon as it is whole. */
function eventReader(onData: (data: string) => void): (chunk: Buffer) => void {
  let text = "";
  return (chunk) => {
    const lines = (text + chunk.toString("utf8")).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) if (/^data: ?\S/.test(line)) onData(line.slice(5));
  };
}

/** Opens a session with a child of our own, on its bare pipe. */
export async function openOverPipe([file, ...args]: readonly [string, ...string[]]): Promise<Conversation> {
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "ignore"] });
  const waiting = new Map<number, (line: string) => void>();
  let arrivals: Arrival[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as { id: number; method?: string };
    if (answer.method !== undefined) arrivals.push({ at: now(), message: answer });
    waiting.get(answer.id)?.(line);
    waiting.delete(answer.id);
  });
  const ready: Ready = (method, params) => {
    const { id, text } = message(method, params);
    return () =>
      new Promise((resolve) => {
        waiting.set(id, resolve);
        child.stdin.write(`${text}\n`);
      });
  };
  const ask: Ask = (method, params) => ready(method, params)();
  const watch = async (method: string, params: object) => {
    arrivals = [];
    await ask(method, params);
    return arrivals;
  };
  await ask("initialize", initializeAs("pipe"));
  return { isServersOwn: true, ask, ready, watch, [Symbol.asyncDispose]: async () => void child.stdin.end() };
}
