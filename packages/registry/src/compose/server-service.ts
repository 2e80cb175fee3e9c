import { fillPlaceholders, type HttpServer, type Program, type StdioServer } from "@gateway/config";
import { ownProgramOf } from "../catalogue/own-programs.ts";
import { issuerOf, type PublicSite, publicAddressesOf } from "../identifiers.ts";
import { handedToProxies, proxyVariables } from "../proxy-variables.ts";
import { joinCommandLine } from "./command-line.ts";
import { containerBounds, containment } from "./containment.ts";
import { literal } from "./literal.ts";
import { commandInOwnImage, folderOfImage, nativeImageParts, ownImageParts } from "./own-image.ts";
import { containersOf, networksOf, replicaVariables } from "./replicas.ts";
import { serverLabels } from "./server-labels.ts";
import { jwksUrl, revocationsUrl } from "./site.ts";

/** What stands for `${PORT}` and `${DATA_DIR}` in a container. */
export const inContainer = { port: 3_000, dataDir: "/data" } as const;

const sourceFolder = "/srv/server";

/** The containers of a stdio server, by the names of their services: its proxy, which starts it, or several alike. */
export function proxyServices(declared: StdioServer, site: PublicSite): Record<string, Record<string, unknown>> {
  const [first, ...others] = containersOf(declared);
  const alike = others.map((container) => {
    const { build: _, ...service } = proxyService(declared, container, site); // the first one's makes the image of all
    return [container, service];
  });
  return { [first]: proxyService(declared, first, site), ...Object.fromEntries(alike) };
}

function proxyService(declared: StdioServer, container: string, site: PublicSite): Record<string, unknown> {
  const server = fillPlaceholders(declared, inContainer);
  const { name, image, sessions, limits } = server;
  const { environment, ...parts } =
    image === undefined ? { image: imageOf(server.command), environment: {} } : ownImageParts({ name, image });
  const source = mountedSource(server);
  const endpoint = new URL(`http://proxy:${inContainer.port}/mcp`);
  const files = privateFilesOf(server);
  return {
    ...parts,
    ...containment,
    environment: {
      ...environment,
      ...escaped(proxyVariables(server)),
      ...("command" in files
        ? { SERVER_COMMAND_FILE: "/run/secrets/command" }
        : { SERVER_COMMAND: literal(joinCommandLine(commandOf(server))) }),
      ...("env" in files ? { SERVER_ENV_FILE: "/run/secrets/env" } : {}),
      SERVER_CWD: source?.target ?? literal(server.cwd ?? (image === undefined ? serverFolder(name) : folderOfImage)),
      DATA_DIR: serverFolder(name),
      OPERATOR_SOCKET: `${serverFolder(name)}/operator.sock`,
      ...replicaVariables(server, container, inContainer.port),
      AUTH_JWKS_URL: jwksUrl,
      AUTH_REVOCATIONS_URL: revocationsUrl,
      AUTH_ISSUER: issuerOf(site),
      RESOURCE_IDENTIFIERS: publicAddressesOf(server, site)
        .map(({ url }) => url)
        .join(","),
      ...fromEnvironment("MCP_CORS_ORIGINS", ...handedToProxies),
    },
    ...containerBounds({ ...limits, processes: sessions.max + sessions.warm + 1 }), // and the probe
    ...place(container, source, networksOf(server)),
    ...(Object.keys(files).length === 0 ? {} : { secrets: secretsOf(name, files) }),
    labels: { ...serverLabels(server, endpoint, site, container), ...changeLabel(name, files) },
  };
}

/** The container of a server that speaks HTTP itself and that the gateway runs. It must listen on all addresses. */
export function nativeService(declared: HttpServer, site: PublicSite): Record<string, unknown> {
  const server = fillPlaceholders(declared, inContainer);
  const { name, url, run, container } = server;
  const source = mountedSource(container ?? run ?? {});
  const { image, ...parts } = container ? nativeImageParts(name, container) : ownProgramParts(name, run, source);
  return {
    image,
    ...containment,
    ...parts,
    ...(container?.cwd === undefined ? {} : { working_dir: source?.target ?? literal(container.cwd) }),
    // Compose gives it to the container; a program that is not ours knows no files.
    env_file: [{ path: `\${GATEWAY_RUN_DIR}/servers/${name}/environment`, format: "raw" }],
    ...(container ? {} : { healthcheck: { test: ["CMD", "server-health", "listening"] } }),
    ...containerBounds({ processes: 1 }),
    ...place(name, source, networksOf(server)),
    labels: serverLabels(server, new URL(url), site),
  };
}

/** Of one in an image of ours. */
function ownProgramParts(name: string, run: Program | undefined, source: { readonly target: string } | undefined) {
  const { command = [], cwd = serverFolder(name) } = run ?? {};
  return {
    image: imageOf(command),
    entrypoint: ["server-entrypoint", ...command.map(literal)],
    environment: { SERVER_NAME: name, SERVER_CWD: source?.target ?? literal(cwd) },
  };
}

/** Files that `just up` writes for a server, by what they hold; absent: it has none, and what it is given is in sight. */
export function privateFilesOf(server: Program & Pick<StdioServer, "image">): { command?: string; env?: string } {
  const { env, usesVariables } = server;
  return {
    ...(usesVariables ? { command: joinCommandLine(commandOf(server)) } : {}),
    ...(Object.keys(env).length === 0 ? {} : { env: JSON.stringify(env) }),
  };
}

function commandOf({ command, image }: Pick<StdioServer, "command" | "image">): readonly string[] {
  return image === undefined ? command : commandInOwnImage(command);
}

/** The variable whose value changes whenever a server's private files do, so that compose starts it anew. */
export function changeVariable(name: string): string {
  return `GATEWAY_FILES_${name.toUpperCase().replaceAll("-", "_")}`;
}

function changeLabel(name: string, files: object): Record<string, string> {
  return Object.keys(files).length === 0 ? {} : { "gateway.files": `\${${changeVariable(name)}:-}` };
}

function secretsOf(name: string, files: object) {
  return Object.keys(files).map((file) => ({ source: `${name}-${file}`, target: file }));
}

/** Our own servers have one each. Of the others' two, uv is in one, so that the other stays small. */
function imageOf([program = ""]: readonly string[]): string {
  const own = ownProgramOf(program);
  if (own !== undefined) return `\${${own.toUpperCase().replaceAll("-", "_")}_IMAGE:-mcp-oauth-gateway/${own}}`;
  const isPython = /^(uvx?|python3?)$/.test(program.split("/").at(-1) ?? "");
  return isPython
    ? "${PROXY_PYTHON_IMAGE:-mcp-oauth-gateway/proxy-python}"
    : "${PROXY_NODE_IMAGE:-mcp-oauth-gateway/proxy-node}";
}

function serverFolder(name: string): string {
  return `${inContainer.dataDir}/servers/${name}`;
}

/** A folder of this machine that a server starts in: it is seen in the container, and cannot be written to. */
function mountedSource({ cwd }: Pick<Program, "cwd">) {
  if (cwd === undefined || cwd.startsWith(inContainer.dataDir)) return undefined;
  return { type: "bind", source: literal(cwd), target: sourceFolder, read_only: true };
}

/** A volume and a network of its own: it reaches no other server, no store and no auth. */
function place(container: string, source: object | undefined, networks: unknown) {
  return {
    volumes: [{ type: "volume", source: container, target: inContainer.dataDir }, ...(source ? [source] : [])],
    networks,
  };
}

function fromEnvironment(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `\${${name}:-}`]));
}

function escaped(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, literal(value)]));
}
