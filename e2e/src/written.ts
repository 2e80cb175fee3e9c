import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Gateway } from "./gateway.ts";

/** Everything that `up` and the processes below it have written. */
export function written(gateway: Gateway): string {
  const folder = join(gateway.folder, "data", "logs");
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return [gateway.printed, ...files].join("\n");
}
