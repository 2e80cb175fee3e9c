import { z } from "zod";
import { renderFound } from "../problem.ts";
import { allProtocolVersions, protocolVersions } from "./protocol-versions.ts";
import { commaList, oneOf } from "./values.ts";

/** A version of MCP that begins with `initialize`. */
export function legacyProtocolVersion() {
  return oneOf(...protocolVersions.legacy);
}

/** Versions of MCP between commas, at least one. */
export function protocolVersionList() {
  const allowed = `some of ${allProtocolVersions.join(", ")}`;
  const version = z.enum(allProtocolVersions, {
    error: ({ input }) => `${allowed}; ${renderFound(input)} is none of them`,
  });
  return commaList().pipe(z.array(version).min(1, { error: allowed }));
}
