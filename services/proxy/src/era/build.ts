import { statSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { findProgram } from "@gateway/subprocess";
import type { ProxyConfig } from "../configuration/proxy-config.ts";

/**
 * What tells one build of a server from the next under the same command: size and time of its program and of each file
 * that the command names.
 * @param path where programs are, unless the server's own environment says it
 * @returns a line for each file; what is not there has none
 */
export function buildOf({ command, cwd = ".", env }: ProxyConfig["server"], path = ""): readonly string[] {
  const [program, ...words] = command;
  const found = findProgram(program, env.PATH ?? path, resolve(cwd));
  const files = [...(found === undefined ? [] : [found]), ...words.map((word) => resolve(cwd, word))];
  return files.flatMap(stampOf);
}

/** The same, and the machine: a container that is made anew has another name, and may be of another image. */
export function buildHere(server: ProxyConfig["server"], path: string | undefined): readonly string[] {
  return [...buildOf(server, path), hostname()];
}

function stampOf(file: string): string[] {
  try {
    const found = statSync(file);
    return found.isFile() ? [JSON.stringify([file, found.size, found.mtimeMs])] : [];
  } catch {
    return []; // no file, or no name that a file could have
  }
}
