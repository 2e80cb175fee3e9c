import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { ConfigError } from "@gateway/config/auth";

/**
 * Makes the folder of keys and store, for its owner alone.
 * @throws ConfigError when it cannot be made or written to
 */
export async function openDataFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError("environment", [
      { at: "DATA_DIR", found: `${path} (${code})`, allowed: "a folder that this user may make or write to" },
    ]);
  }
}
