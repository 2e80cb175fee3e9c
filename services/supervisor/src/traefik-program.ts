import { findProgram } from "@gateway/subprocess";
import type { Settings } from "./settings.ts";

/**
 * Traefik, where it takes the edge's place: the one that TRAEFIK_BIN names, or else the one on PATH.
 * @throws when TRAEFIK_BIN names no program
 */
export function traefikProgram({ traefikBin, environment }: Settings, folder: string): string | undefined {
  if (traefikBin === "off") return undefined;
  const found = findProgram(traefikBin ?? "traefik", environment.PATH ?? "", folder);
  if (traefikBin !== undefined && found === undefined) {
    throw new Error(
      `TRAEFIK_BIN=${traefikBin} is no program. Give Traefik's path, or "off" for the gateway's own edge.`,
    );
  }
  return found;
}
