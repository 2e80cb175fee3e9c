import { statSync } from "node:fs";
import { writeWhole } from "./data-dir.ts";

/** Replaces a file's content, whole or not at all, and keeps its mode. @throws with the file, where it cannot be written */
export function replaceFile(path: string, text: string): void {
  writeWhole(path, text, statSync(path).mode & 0o777);
}
