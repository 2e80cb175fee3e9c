import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { ConfigError } from "../problem.ts";
import type { GatewayConfig } from "./gateway-config.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { parseGatewayConfig } from "./parse-gateway-config.ts";

/**
 * Reads gateway.json from the disk.
 * @throws ConfigError also when the file cannot be read
 */
export async function readGatewayConfig(
  file: string,
  context: Pick<GatewayContext, "env" | "reservedNames">,
): Promise<GatewayConfig> {
  return parseGatewayConfig(await readGatewayFile(file), { ...context, ...gatewayFileAccess(file) });
}

/** The text of gateway.json. @throws ConfigError when it cannot be read */
export async function readGatewayFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    const found = reasons[code] ?? `a file that cannot be read (${code})`;
    throw new ConfigError(file, [{ at: "the file", found, allowed: allowedFile }]);
  }
}

const allowedFile = "a readable gateway.json; GATEWAY_CONFIG names another file";
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "a file that may not be read (EACCES)",
  EISDIR: "a folder",
};

/** How `parseGatewayConfig` reaches what a file on the disk names. */
export function gatewayFileAccess(file: string): Pick<GatewayContext, "file" | "readFile"> {
  return { file, readFile: (path) => readFileSync(path, "utf8") };
}
