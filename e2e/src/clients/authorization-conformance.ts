import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { freePort } from "../free-port.ts";
import { register } from "../oauth.ts";
import { pathOf } from "../parts.ts";
import { PlainBrowser } from "../person.ts";
import { followCallback, printedUrl } from "./printed-url.ts";

const program = createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/dist/index.js");

export interface ConformanceRun {
  readonly code: number | null;
  readonly printed: string;
}

/** Runs the official conformance tool's authorization server scenarios, with a person who signs in when asked. */
export async function runAuthorizationConformance(issuer: string, resource: string): Promise<ConformanceRun> {
  const port = await freePort();
  const { clientId } = await register(issuer, "conformance", `http://127.0.0.1:${port}/callback`);
  const settings = ["--url", issuer, "--client-id", clientId, "--resource", resource, "--port", `${port}`];
  const child = spawn(pathOf("node 24"), [program, "authorization", ...settings], {
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = new PassThrough();
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(output, { end: false });
    stream.on("data", (chunk) => (printed += chunk));
  }
  const ended = once(child, "close");
  await Promise.race([ended, printedUrl(output).then((url) => followCallback(url, new PlainBrowser()))]);
  const [code] = await ended;
  return { code, printed };
}
