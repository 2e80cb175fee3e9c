import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ServerDefinition } from "@gateway/config";
import { type OwnProgram, ownProgramOf } from "@gateway/registry";
import { type CommandContext, CommandFailed, print } from "../command.ts";
import { renderConnect } from "../domain/render-connect.ts";
import { renderTable } from "../domain/render-table.ts";
import { signInWarnings } from "../domain/sign-in.ts";
import { ownServicesOf, wavesOf } from "../domain/stack-services.ts";
import type { Deployment } from "./deployment.ts";
import { connectTraefik } from "./networks.ts";
import { publicFault, publicTimeout } from "./public-answer.ts";
import { openStack, type Stack } from "./stack.ts";
import { stackState } from "./stack-state.ts";

const longestStart = 300; // seconds for all containers: a server's package may have to be fetched first

/** Builds what is missing, starts what is not running and what has changed, and waits until all of it is ready. */
export async function upInDocker(context: CommandContext): Promise<number> {
  const stack = await openStack(context);
  const { environment } = stack.deployment.settings;
  print(context, [...stack.config.warnings, ...signInWarnings(environment, stack.config.gateway)]);
  await buildImages(stack);
  const servers = stack.config.servers.filter(({ enabled }) => enabled).map(({ name }) => name);
  const { docker, deployment, config } = stack;
  const wait = ["--wait", "--wait-timeout", String(longestStart)];
  let areReady = true;
  for (const services of wavesOf([], config, ownServicesOf(deployment.env))) {
    const made = docker.compose("up", "--no-start", "--no-build", "--remove-orphans", ...services);
    await done(made, "The containers could not be made.");
    await connectTraefik(docker, deployment.env.COMPOSE_PROJECT_NAME, servers);
    const code = await docker.compose("up", "--detach", "--no-build", ...wait, ...services);
    areReady &&= code === 0;
  }
  return report(context, stack, areReady, await publicFault(deployment, config, publicTimeout));
}

/** What is said above it is docker's own. */
function unusable({ kind, name }: ServerDefinition): string {
  const needs =
    "It needs a shell and a few of its programs, and this machine's kind of processor: docs/gateway-json.md";
  return kind === "http"
    ? `The image of ${name} cannot be used: see its gateway.image.`
    : `The proxy cannot be put into the image of ${name}. ${needs}`;
}

/** Builds the images that no variable names, then those that the proxy is put into; what has not changed costs a moment. */
export async function buildImages(stack: Stack, ...options: readonly string[]): Promise<void> {
  const { docker, deployment, config } = stack;
  const { env } = deployment;
  const others = config.servers.filter(
    ({ enabled, ...server }) => enabled && ("image" in server || "container" in server),
  );
  const images = {
    ...ownServerImages(stack),
    ...(others.length === 0 ? {} : { "proxy-bundle": env.PROXY_BUNDLE_IMAGE }),
    "docker-socket": env.DOCKER_SOCKET_IMAGE,
    auth: env.AUTH_IMAGE,
    "proxy-node": env.PROXY_NODE_IMAGE,
    "proxy-python": env.PROXY_PYTHON_IMAGE,
  };
  const ours = Object.entries(images).flatMap(([service, image]) => (image === undefined ? [service] : []));
  const build = (...services: readonly string[]) =>
    docker.compose("--profile", "images", "build", ...options, ...services);
  if (ours.length > 0) await done(build(...ours), "An image could not be built.");
  for (const server of others) await done(build(server.name), unusable(server));
}

/** Of our own MCP servers: those that gateway.json declares. */
function ownServerImages({ config, deployment: { env } }: Stack): Record<string, string | undefined> {
  const images: Record<OwnProgram, string | undefined> = {
    "mcp-echo": env.MCP_ECHO_IMAGE,
    "mcp-fetchs": env.MCP_FETCHS_IMAGE,
  };
  const declared = config.servers.flatMap((server) => {
    if (!server.enabled || server.kind === "stdio" || server.container !== undefined) return [];
    return ownProgramOf(server.run?.command[0] ?? "") ?? [];
  });
  return Object.fromEntries(declared.map((program) => [`image-${program}`, images[program]]));
}

async function done(running: Promise<number>, failure: string): Promise<void> {
  if ((await running) !== 0) throw new CommandFailed(failure);
}

async function report(context: CommandContext, stack: Stack, areReady: boolean, fault?: string): Promise<number> {
  const { deployment, config, docker } = stack;
  const { own, servers } = await stackState(docker, deployment, config);
  const down = own.flatMap(({ name, state }) => ("reason" in state ? [`${name}: ${state.reason}`] : []));
  if (fault !== undefined) down.push(`${fault}: just logs traefik auth`);
  const example = servers.find(({ state }) => state.kind === "ready");
  print(context, ["", ...renderTable(servers), ...down.map((line) => `! ${line}`)]);
  if (!areReady || down.length > 0) throw new CommandFailed("Not everything is ready.");
  print(context, ["", `The gateway runs at ${deployment.issuer}. End it: just down`, ...trustNotice(deployment), ""]);
  print(context, renderConnect({ url: deployment.issuer, localLogin: false, example }));
  return 0;
}

/** What clients need where no system knows the authority; nothing where the certificate is somebody else's. */
function trustNotice({ env, runDir }: Deployment): string[] {
  const ca = join(runDir, "tls/ca.pem");
  if (env.TLS !== "local-ca" || !existsSync(ca)) return [];
  return [`Clients must trust ${ca} (programs on Node: NODE_EXTRA_CA_CERTS=${ca}).`];
}
