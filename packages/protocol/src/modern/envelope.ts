import { isObject } from "../json/object.ts";
import type { Params, Request } from "../json-rpc/message.ts";
import { longestToken } from "../legacy/rewriting.ts";
import { isImplementation } from "./implementation.ts";
import { isModernVersion } from "./versions.ts";

/** Names in `_meta` that MCP 2026-07-28 keeps for itself. */
export const metaKeys = {
  protocolVersion: "io.modelcontextprotocol/protocolVersion",
  clientCapabilities: "io.modelcontextprotocol/clientCapabilities",
  clientInfo: "io.modelcontextprotocol/clientInfo",
  logLevel: "io.modelcontextprotocol/logLevel",
  subscriptionId: "io.modelcontextprotocol/subscriptionId",
  serverInfo: "io.modelcontextprotocol/serverInfo",
} as const;

/** What all of these names begin with. */
export const metaPrefix = "io.modelcontextprotocol/";

/** From the most verbose to the least (RFC 5424). */
export const logLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;
export type LogLevel = (typeof logLevels)[number];

/** What every request of the modern wire says of its client: nothing is inferred from an earlier one. */
export interface Envelope {
  readonly version: string;
  readonly capabilities: Params;
  /** For display alone. */
  readonly clientInfo: Params | undefined;
  /** Without it the request gets no log messages. */
  readonly logLevel: LogLevel | undefined;
}

/** A part of the envelope that is not as it must be. */
export interface EnvelopeProblem {
  readonly key: string;
  readonly problem: "missing" | "malformed" | "too_long";
}

/** Characters of what a client says that it can do, and of what it says that it is. */
const longestDeclaration = 65_536;

/** Reads `params._meta`; the problems, in a fixed order, where there are any. Pure. */
export function parseEnvelope({ _meta }: Params): Envelope | readonly EnvelopeProblem[] {
  if (!isObject(_meta)) return [{ key: "_meta", problem: _meta === undefined ? "missing" : "malformed" }];
  const {
    [metaKeys.protocolVersion]: version,
    [metaKeys.clientCapabilities]: capabilities,
    [metaKeys.clientInfo]: clientInfo,
    [metaKeys.logLevel]: logLevel,
    progressToken,
  } = _meta;
  const problems = [
    ...problemOf(metaKeys.protocolVersion, version, typeof version === "string"),
    ...problemOf(metaKeys.clientCapabilities, capabilities, areCapabilities(capabilities)),
    ...(clientInfo === undefined ? [] : problemOf(metaKeys.clientInfo, clientInfo, isImplementation(clientInfo))),
    ...(logLevel === undefined ? [] : problemOf(metaKeys.logLevel, logLevel, isLogLevel(logLevel))),
    // A server may drop a request whose token it cannot read, and the client would wait in vain; and what is told under one
    // that is too long to be kept could not be told the client.
    ...(progressToken === undefined ? [] : problemOf("progressToken", progressToken, isProgressToken(progressToken))),
  ];
  if (problems.length > 0) return problems;
  return {
    version: version as string,
    capabilities: capabilities as Params,
    clientInfo: clientInfo as Params | undefined,
    logLevel: logLevel as LogLevel | undefined,
  };
}

/**
 * What of an envelope is too long to be kept: while a request is open, and for as long as the process lives that was started
 * for it. Pure.
 */
export function longPartsOf({ capabilities, clientInfo }: Envelope, { text }: Pick<Request, "text">) {
  if (text.length <= longestDeclaration) return []; // nothing in it can be longer
  const kept = { [metaKeys.clientCapabilities]: capabilities, [metaKeys.clientInfo]: clientInfo ?? {} };
  const long = Object.entries(kept).filter(([, value]) => JSON.stringify(value).length > longestDeclaration);
  return long.map(([key]): EnvelopeProblem => ({ key, problem: "too_long" }));
}

/** Whether a message says of which version it is, whatever that is: messages of the legacy wire do not. Pure. */
export function claimsVersion({ _meta }: Params): boolean {
  return typeof _meta === "object" && _meta !== null && metaKeys.protocolVersion in _meta;
}

/** Whether a message says so in a well-formed envelope, of a version of this wire. Pure. */
export function hasModernEnvelope(params: Params): boolean {
  if (!claimsVersion(params)) return false;
  const envelope = parseEnvelope(params);
  return "version" in envelope && isModernVersion(envelope.version);
}

/** Whether a message of one level is wanted by who asked for another. Pure. */
export function isLoud(level: unknown, wanted: LogLevel): boolean {
  return isLogLevel(level) && logLevels.indexOf(level) >= logLevels.indexOf(wanted);
}

function problemOf(key: string, value: unknown, isRight: boolean): readonly EnvelopeProblem[] {
  if (value === undefined) return [{ key, problem: "missing" }];
  return isRight ? [] : [{ key, problem: "malformed" }];
}

/** Known capabilities, and which of their parts must be objects; undefined: each one (schema, ClientCapabilities). */
const knownCapabilities: readonly [name: string, parts: readonly string[] | undefined][] = [
  ["experimental", undefined],
  ["extensions", undefined],
  ["roots", []],
  ["sampling", ["context", "tools"]],
  ["elicitation", ["form", "url"]],
];

function areCapabilities(value: unknown): boolean {
  if (!isObject(value)) return false;
  return knownCapabilities.every(([name, parts]) => {
    const capability = value[name];
    if (capability === undefined) return true;
    if (!isObject(capability)) return false;
    const judged = parts ?? Object.keys(capability);
    return judged.every((part) => capability[part] === undefined || isObject(capability[part]));
  });
}

function isProgressToken(value: unknown): boolean {
  return typeof value === "string" ? value.length <= longestToken : Number.isInteger(value);
}

function isLogLevel(value: unknown): value is LogLevel {
  return logLevels.some((level) => level === value);
}
