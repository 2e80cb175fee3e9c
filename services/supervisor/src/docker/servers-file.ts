import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { writeWhole } from "../data-dir.ts";

/** Whether compose/servers.yml says this already. */
export function isServersFile(file: string, text: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8") === text;
}

/** Writes compose/servers.yml where it says something else. */
export function writeServersFile(file: string, text: string): void {
  if (isServersFile(file, text)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, text, 0o644);
}
