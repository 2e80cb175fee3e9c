import { renameSync, statSync, writeFileSync } from "node:fs";

/** Replaces a file's content, whole or not at all, and keeps its mode. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: statSync(path).mode });
  renameSync(draft, path);
}
