import { replaceValues } from "../json/replace.ts";
import type { Message, Request, Response } from "../json-rpc/message.ts";
import { isLegacyVersion, type LegacyVersion } from "./versions.ts";

/** Which versions are let through, and what is asked for when a client names another one. */
export interface VersionChoice {
  readonly supported: readonly LegacyVersion[];
  readonly preferred: LegacyVersion;
}

/** Whether a message opens a session (2025-11-25, lifecycle). */
export function isInitialize(message: Message): message is Request {
  return message.kind === "request" && message.method === "initialize";
}

/** The name of a parameter that `initialize` lacks or has in the wrong type; undefined when all is well. */
export function missingInitializeParameter({ params }: Request): string | undefined {
  return typeof params.protocolVersion === "string" ? undefined : "protocolVersion";
}

/**
 * The `initialize` for the child: the client's own, save that a version which is not supported here becomes the
 * preferred one. The answer then names it, and the client decides (lifecycle, version negotiation).
 */
export function renderInitialize(request: Request, { supported, preferred }: VersionChoice): string {
  if (supported.some((version) => version === request.params.protocolVersion)) return request.text;
  return replaceValues(request.text, [{ path: ["params", "protocolVersion"], json: JSON.stringify(preferred) }]);
}

/** The version both sides settled on; undefined when the result has none, or one that is not supported here. */
export function negotiatedVersion(response: Response, { supported }: VersionChoice): LegacyVersion | undefined {
  const version = response.result?.protocolVersion;
  return isLegacyVersion(version) && supported.includes(version) ? version : undefined;
}
