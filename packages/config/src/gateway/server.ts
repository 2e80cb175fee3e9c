import { proxyOnlyKeys, proxyOnlyReason } from "./check-file.ts";
import { ignoredKeys } from "./file-schema.ts";
import type {
  HttpServer,
  ImageProgram,
  Program,
  ServerDefinition,
  ServerLimits,
  StdioServer,
} from "./gateway-config.ts";
import type { GatewayContext } from "./gateway-context.ts";
import { limitsOf } from "./limits.ts";
import { resolvePlaceholders } from "./placeholders.ts";
import { toEnvironment, toProgram } from "./program.ts";
import { type Path, type Report, refuse, warn } from "./report.ts";
import type { ServerEntry } from "./schema/server-entry.ts";
import { toScopes } from "./scopes.ts";
import { isSwitchedOn } from "./server-name.ts";
import { type GeneralSessionLimits, sessionLimitsOf } from "./session-limits.ts";
import { checkContainerUrl, checkUpstreamHeaders, checkUpstreamUrl } from "./upstream.ts";

/** What holds for servers that say nothing else. */
interface GeneralLimits {
  readonly sessions: GeneralSessionLimits;
  readonly limits: ServerLimits;
}

/** One entry as a server; what is wrong with it goes into the report. */
export function toServer(
  name: string,
  entry: ServerEntry,
  at: Path,
  context: GatewayContext & GeneralLimits,
  report: Report,
): ServerDefinition {
  warnOfIgnored(entry, at, report);
  checkKind(entry, at, report);
  const { allow, host, aliases, forwardToken } = entry.gateway ?? {};
  const common: Common = {
    name,
    ...(host === undefined ? {} : { host }),
    ...(aliases === undefined ? {} : { aliases }),
    enabled: isSwitchedOn(name, context.env, report),
    ...(allow ? { allow } : {}),
    ...(forwardToken === false ? { forwardToken } : {}),
  };
  return entry.url === undefined
    ? toStdioServer(common, entry, at, context, report)
    : toHttpServer(common, entry, entry.url, at, context, report);
}

type Common = Pick<ServerDefinition, "name" | "host" | "aliases" | "enabled" | "allow" | "forwardToken">;

function toStdioServer(
  common: Common,
  entry: ServerEntry,
  at: Path,
  context: GatewayContext & GeneralLimits,
  report: Report,
): StdioServer {
  checkUserEnv(entry, at, report);
  const program = toProgram(entry, at, context, report);
  checkReplicas(entry, program, at, report);
  const { era, facade, sharing, leases, cache, replicas } = entry.gateway ?? {};
  const scopes = toScopes(entry, at, report);
  return {
    ...common,
    kind: "stdio",
    ...program,
    sessions: sessionLimitsOf(entry, context.sessions),
    ...(entry.gateway?.image === undefined ? {} : { image: entry.gateway.image }),
    ...(entry.gateway?.userEnv ? { userEnv: true } : {}),
    ...(era === undefined ? {} : { era }),
    ...(facade === undefined ? {} : { facade }),
    ...(sharing === undefined ? {} : { sharing }),
    ...(leases === undefined ? {} : { leases }),
    ...(cache === undefined ? {} : { cache }),
    ...(replicas === undefined || replicas === 1 ? {} : { replicas }),
    tools: entry.gateway?.tools ?? {},
    ...(scopes === undefined ? {} : { scopes }),
    limits: limitsOf(entry, context.limits),
  };
}

/** A process that is started ahead of its session, or serves everyone, could not be told whose it is. */
function checkUserEnv({ gateway }: ServerEntry, at: Path, report: Report): void {
  if (gateway?.userEnv !== true) return;
  const { sharing, sessions: { warm = 0 } = {} } = gateway;
  const isPerUser = "with userEnv: a process started ahead has no user yet";
  if (warm > 0) refuse(report, [...at, "gateway", "sessions", "warm"], warm, `0 ${isPerUser}`);
  const isOfAll = "per-user with userEnv: a process of all users has no one user to be told of";
  if (sharing === "all-users") refuse(report, [...at, "gateway", "sharing"], sharing, isOfAll);
}

/** Two that write into one folder would spoil it, and of two folders a client would find now one, now the other. */
function checkReplicas({ gateway }: ServerEntry, { command, env, cwd }: Program, at: Path, report: Report): void {
  const { replicas = 1 } = gateway ?? {};
  const texts = [...command, ...Object.values(env), cwd];
  if (replicas === 1 || !texts.some((text) => text?.includes("${DATA_DIR}"))) return;
  const allowed = "1 for a server that keeps its data in ${DATA_DIR}: replicas have no folder in common";
  refuse(report, [...at, "gateway", "replicas"], replicas, allowed);
}

function toHttpServer(
  common: Common,
  entry: ServerEntry,
  url: string,
  at: Path,
  context: GatewayContext,
  report: Report,
): HttpServer {
  const options = { env: context.env, report, others: "refused" } as const;
  const resolvedUrl = resolvePlaceholders(url, [...at, "url"], options);
  const headers = Object.fromEntries(
    Object.entries(entry.headers ?? {}).map(([name, value]) => {
      const path = [...at, "headers", name];
      return [name, resolvePlaceholders(value, path, { ...options, later: [] })];
    }),
  );
  checkUpstreamUrl(resolvedUrl, [...at, "url"], report);
  checkUpstreamHeaders(headers, [...at, "headers"], report);
  const run = entry.command === undefined ? undefined : toProgram(entry, at, context, report);
  const container = toContainer(entry, run, at, context, report);
  if (container !== undefined) checkContainerUrl(resolvedUrl, common.name, [...at, "url"], report);
  return {
    ...common,
    kind: "http",
    url: resolvedUrl,
    headers,
    ...(run === undefined ? {} : { run }),
    ...(container === undefined ? {} : { container }),
  };
}

function toContainer(
  entry: ServerEntry,
  run: Program | undefined,
  at: Path,
  context: GatewayContext,
  report: Report,
): ImageProgram | undefined {
  const image = entry.gateway?.image;
  if (image === undefined) return undefined;
  return { image, ...(run ?? { env: toEnvironment(entry, at, context, report) }) };
}

function warnOfIgnored(entry: ServerEntry, at: Path, report: Report): void {
  const present = ignoredKeys.filter((key) => entry[key] !== undefined);
  if (present.length > 0) warn(report, at, `${present.join(", ")} has no effect here`);
}

/** Which keys go together: a program's, a URL's, or both. */
function checkKind(entry: ServerEntry, at: Path, report: Report): void {
  const { url, command, type } = entry;
  if (url === undefined && command === undefined)
    refuse(report, at, undefined, "a command to start, or the url of a server");
  if (url === undefined) {
    if (type !== undefined && type !== "stdio") refuse(report, [...at, "type"], type, "stdio, or a url beside it");
    if (entry.headers !== undefined) refuse(report, [...at, "headers"], "headers", "headers only beside a url");
    return;
  }
  if (type === "stdio") refuse(report, [...at, "type"], type, "http, as there is a url");
  for (const key of proxyOnlyKeys) {
    if (entry.gateway?.[key] !== undefined) refuse(report, [...at, "gateway", key], key, proxyOnlyReason(key));
  }
  if (command === undefined) checkWithoutCommand(entry, at, report);
}

/** A URL's keys where no command is beside it: an image has an environment and a port, what is elsewhere neither. */
function checkWithoutCommand(entry: ServerEntry, at: Path, report: Report): void {
  const { url, gateway } = entry;
  for (const key of ["args", "cwd"] as const) {
    if (entry[key] !== undefined) refuse(report, [...at, key], key, `${key} only beside a command`);
  }
  if (gateway?.image !== undefined) return;
  for (const key of ["env", "envFile"] as const) {
    if (entry[key] !== undefined) refuse(report, [...at, key], key, `${key} only beside a command or an image`);
  }
  if (url?.includes("${PORT}"))
    refuse(report, [...at, "url"], url, "a port: ${PORT} is for a server that has a command or an image too");
}
