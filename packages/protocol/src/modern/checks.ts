import { type ErrorContent, errorCodes } from "../json-rpc/errors.ts";
import type { Notification, Request } from "../json-rpc/message.ts";
import { hasExtension } from "./capabilities.ts";
import {
  type Envelope,
  type EnvelopeProblem,
  hasModernEnvelope,
  longPartsOf,
  metaKeys,
  parseEnvelope,
} from "./envelope.ts";
import { modernErrorCodes } from "./errors.ts";
import { decodeHeaderValue, plainHeaderValue, undecodable } from "./header-values.ts";
import { modernMethod } from "./methods.ts";
import { isServedModernVersion, modernVersions } from "./versions.ts";

/** The headers that repeat what the body says, as they came. */
export interface StandardHeaders {
  /** MCP-Protocol-Version */
  readonly version: string | undefined;
  /** Mcp-Method */
  readonly method: string | undefined;
  /** Mcp-Name */
  readonly name: string | undefined;
}

/** Why a message is not served, and the HTTP status that tells it. */
export interface ModernRefusal {
  readonly status: 400 | 404;
  readonly error: ErrorContent;
}

interface Asked {
  readonly request: Request;
  readonly headers: StandardHeaders;
  /** Undefined until it was found to be well-formed. */
  readonly envelope: Envelope;
}

type Check = (asked: Asked) => ModernRefusal | undefined;

/** What follows once the envelope is known to be well-formed; the first that fails is told (mcp-wire.md §2.3). */
const checks: readonly Check[] = [checkLength, checkAgreement, checkVersion, checkPresence, checkName, checkMethod];

/** Checks a request of the modern wire; what it says of its client when it may be served. Pure. */
export function checkModernRequest(
  request: Request,
  headers: StandardHeaders,
): { readonly envelope: Envelope } | { readonly refusal: ModernRefusal } {
  const refusal = checkHandshake(request);
  if (refusal !== undefined) return { refusal };
  const envelope = parseEnvelope(request.params);
  if (!("version" in envelope)) return { refusal: refuseEnvelope(envelope) };
  const asked = { request, headers, envelope };
  for (const check of checks) {
    const refused = check(asked);
    if (refused !== undefined) return { refusal: refused };
  }
  return { envelope };
}

/** Checks a notification: neither envelope nor headers need be there, but what is there must be right. Pure. */
export function checkModernNotification(
  { method, params }: Notification,
  headers: StandardHeaders,
): ModernRefusal | undefined {
  const claim = (params._meta as Record<string, unknown> | null | undefined)?.[metaKeys.protocolVersion];
  if (claim !== undefined && typeof claim !== "string") {
    return refuseEnvelope([{ key: metaKeys.protocolVersion, problem: "malformed" }]);
  }
  if (claim !== undefined && headers.version !== undefined && plainHeaderValue(headers.version) !== claim) {
    return mismatch("MCP-Protocol-Version is not the version in _meta");
  }
  const named = headers.method;
  if (named !== undefined && plainHeaderValue(named) !== method) return mismatch("Mcp-Method is not the method");
  return claim === undefined ? undefined : checkServedVersion(claim);
}

/** `initialize` is of the legacy wire, unless its envelope is of this one: then it is a method that does not exist. */
function checkHandshake({ method, params }: Request): ModernRefusal | undefined {
  if (method !== "initialize" || hasModernEnvelope(params)) return undefined;
  return mismatch("initialize is of versions up to 2025-11-25, and MCP-Protocol-Version names a later one");
}

function refuseEnvelope(problems: readonly EnvelopeProblem[]): ModernRefusal {
  const named = problems.map(({ key, problem }) => `${key} is ${problem.replace("_", " ")}`).join(", ");
  const message = `Invalid envelope: ${named}`;
  return { status: 400, error: { code: errorCodes.invalidParams, message, data: { envelope: problems } } };
}

function checkLength({ request, envelope }: Asked): ModernRefusal | undefined {
  const problems = longPartsOf(envelope, request);
  return problems.length === 0 ? undefined : refuseEnvelope(problems);
}

function checkAgreement({ request, headers, envelope }: Asked): ModernRefusal | undefined {
  if (headers.version !== undefined && plainHeaderValue(headers.version) !== envelope.version) {
    return mismatch("MCP-Protocol-Version is not the version in _meta");
  }
  if (headers.method !== undefined && plainHeaderValue(headers.method) !== request.method) {
    return mismatch("Mcp-Method is not the method of the body");
  }
  return undefined;
}

function checkVersion({ envelope: { version } }: Asked): ModernRefusal | undefined {
  return checkServedVersion(version);
}

function checkServedVersion(version: string): ModernRefusal | undefined {
  if (isServedModernVersion(version)) return undefined;
  const data = { supported: modernVersions, requested: version };
  return {
    status: 400,
    error: { code: modernErrorCodes.unsupportedVersion, message: "Unsupported protocol version", data },
  };
}

function checkPresence({ headers }: Asked): ModernRefusal | undefined {
  if (headers.version === undefined) return mismatch("MCP-Protocol-Version is missing");
  return headers.method === undefined ? mismatch("Mcp-Method is missing") : undefined;
}

function checkName({ request, headers: { name } }: Asked): ModernRefusal | undefined {
  const parameter = modernMethod(request.method)?.nameParameter;
  if (parameter === undefined) return undefined;
  const value = request.params[parameter];
  if (name === undefined) return typeof value === "string" ? mismatch("Mcp-Name is missing") : undefined;
  const decoded = decodeHeaderValue(name);
  if (decoded === undefined) return mismatch(`Mcp-Name ${undecodable}`);
  return typeof value === "string" && decoded !== value ? mismatch(`Mcp-Name is not params.${parameter}`) : undefined;
}

function checkMethod({ request: { method }, envelope: { capabilities } }: Asked): ModernRefusal | undefined {
  const known = modernMethod(method);
  if (known === undefined) return methodNotFound;
  return known.extension === undefined || hasExtension(capabilities, known.extension) ? undefined : methodNotFound;
}

/** The answer for a method that does not exist. */
export const methodNotFound: ModernRefusal = {
  status: 404,
  error: { code: errorCodes.methodNotFound, message: "Method not found" },
};

/** The answer for headers that do not repeat the body. Pure. */
export function mismatch(message: string): ModernRefusal {
  return { status: 400, error: { code: modernErrorCodes.headerMismatch, message } };
}
