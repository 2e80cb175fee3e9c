import { IncomingMessage } from "node:http";

const headers = Object.getOwnPropertyDescriptor(IncomingMessage.prototype, "headers");

/**
 * A request for whose `headers` node:http makes no table where the path is `/verify`: that endpoint reads the raw ones, and
 * Traefik sends a dozen (decision 0143). Everywhere else it is like any other.
 */
export class LeanRequest extends IncomingMessage {
  static {
    // A class in TypeScript cannot put an accessor where @types/node has a property, which at run time is an accessor too.
    Object.defineProperty(LeanRequest.prototype, "headers", {
      ...headers,
      get(this: LeanRequest) {
        return this.url === "/verify" ? whatNodeReads(this.rawHeaders) : headers?.get?.call(this);
      },
    });
  }
}

/** What node:http itself reads before it hands a request over: it refuses one without Host, and answers Expect. */
function whatNodeReads(rawHeaders: readonly string[]): { readonly host?: string; readonly expect?: string } {
  const read: { host?: string | undefined; expect?: string | undefined } = { host: undefined, expect: undefined };
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (isNamed(name, "host")) read.host ??= rawHeaders[i + 1];
    else if (isNamed(name, "expect")) read.expect ??= rawHeaders[i + 1];
  }
  return read as { host?: string; expect?: string };
}

function isNamed(sent: string, name: string): boolean {
  return sent.length === name.length && sent.toLowerCase() === name;
}
