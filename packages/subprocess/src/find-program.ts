import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

/** The file that a command's first word starts: by path, or the first on PATH. Undefined when there is none. */
export function findProgram(program: string, path: string, cwd: string): string | undefined {
  if (program.includes("/")) return isProgram(resolve(cwd, program)) ? resolve(cwd, program) : undefined;
  return path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, program))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // absent, or not ours to run
  }
}
