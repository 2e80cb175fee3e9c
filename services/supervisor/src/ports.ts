import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";

/** Whether a port of this machine's loopback is free, in both address families: clients try both for `localhost`. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of ["127.0.0.1", "::1"]) {
    if ((await refusalOf(port, host)) === "EADDRINUSE") return false;
  }
  return true;
}

/** Whether the system keeps a port from this user, as most do with those below 1024. */
export async function isPortForbidden(port: number): Promise<boolean> {
  return (await refusalOf(port, "127.0.0.1")) === "EACCES";
}

/** Why a port of an address could not be opened here; undefined: nothing is known against it. */
export async function portFault(port: number, host: string): Promise<"taken" | "no such address" | undefined> {
  const code = await refusalOf(port, host);
  if (code === "EADDRINUSE") return "taken";
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return "no such address";
  // The engine may open ports that this user may not; whether one is taken is then seen by who answers.
  return code === "EACCES" && (await isAnswered(port, host)) ? "taken" : undefined;
}

function isAnswered(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 2_000 });
    const done = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => done(true));
    socket.once("timeout", () => done(false));
    socket.once("error", () => done(false));
  });
}

/** The code by which the system refuses to have a port listened on; undefined: it does not. */
function refusalOf(port: number, host: string): Promise<string | undefined> {
  return listen(port, host).then(
    (server) => close(server).then(() => undefined),
    (error: NodeJS.ErrnoException) => error.code,
  );
}

/** Free loopback ports. They are held together and then let go, so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0, "127.0.0.1")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map(close));
  return ports;
}

/** The ports that were chosen for what listens behind the edge: a later plan gives each what it had. */
export class PortBook {
  readonly #ports = new Map<string, readonly number[]>();

  /** The `count` ports of each of these, chosen now where they are new. */
  async portsOf(names: readonly string[], count: number): Promise<readonly (readonly number[])[]> {
    const missing = names.filter((name) => !this.#ports.has(name));
    const free = await freePorts(count * missing.length);
    for (const [n, name] of missing.entries()) this.#ports.set(name, free.slice(n * count, (n + 1) * count));
    return names.map((name) => this.#ports.get(name) ?? []);
  }
}

/** The next free port after one that is taken. */
export async function freePortAfter(port: number): Promise<number> {
  for (let next = port + 1; next < Math.min(port + 100, 65_536); next += 1) {
    if (await isPortFree(next)) return next;
  }
  const [any = 0] = await freePorts(1);
  return any;
}

/** Who listens on a port, as `node (pid 123)`; undefined where that cannot be seen (other users, not Linux). */
export function holderOf(port: number): string | undefined {
  const sockets = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningInodes(table, port)));
  const pid = processIds().find((id) => holdsOneOf(id, sockets));
  return pid === undefined ? undefined : `${nameOf(pid)} (pid ${pid})`;
}

/** proc(5), /proc/net/tcp: local address is field 1, state field 3 (0A: listening), inode field 9. */
function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return attempt(() => readFileSync(table, "latin1"), "")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${wanted}`) && fields[3] === "0A")
    .map((fields) => `socket:[${fields[9]}]`);
}

function processIds(): string[] {
  return attempt(() => readdirSync("/proc"), []).filter((name) => /^\d+$/.test(name));
}

function holdsOneOf(pid: string, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  return attempt(() => readdirSync(folder), []).some((fd) =>
    sockets.has(attempt(() => readlinkSync(`${folder}/${fd}`), "")),
  );
}

function nameOf(pid: string): string {
  return attempt(() => readFileSync(`/proc/${pid}/comm`, "latin1").trim(), "a process");
}

/** /proc shows what we may see and what still runs; the rest throws. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
