import { rmSync } from "node:fs";
import { join } from "node:path";
import { findProgram, openGuardian } from "@gateway/subprocess";
import { type AuthAwayServer, openAuthAwayServer } from "../auth-away-server.ts";
import { checkProxySettings } from "../check-proxy-settings.ts";
import { checkSignIn } from "../check-sign-in.ts";
import { type Command, type CommandContext, CommandFailed, type Interruptions, parseFlags, print } from "../command.ts";
import { type DataDir, openDataDir } from "../data-dir.ts";
import { renderChanges } from "../domain/plan-changes.ts";
import { renderPortForbidden, renderPortInUse } from "../domain/port-in-use.ts";
import { renderConnect } from "../domain/render-connect.ts";
import type { GatewayStatus } from "../domain/server-state.ts";
import { signInWarnings } from "../domain/sign-in.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { openLogFile } from "../log-file.ts";
import { askStatus, askToTakeUp, listenOperator, operatorSocketPath } from "../operator-socket.ts";
import { type GatewayPlan, planGateway, type TraefikChoice } from "../plan.ts";
import { freePortAfter, holderOf, isPortForbidden, isPortFree, PortBook } from "../ports.ts";
import { openScreen, type Screen } from "../screen.ts";
import { readServersToRun, readSettings, type Settings } from "../settings.ts";
import { traefikProgram } from "../traefik-program.ts";
import { checkAuthSettings } from "./check.ts";

/** How long the services get, once this process has been killed, before the guardian kills them. */
const orphanGrace = 3_000; // ms

export const up: Command = {
  usage: "up",
  help:
    "Starts the gateway with every server of gateway.json, and stays until Ctrl-C. When it runs already, takes up what has been\n" +
    "changed in gateway.json and .env: only what changed starts anew.",
  async run(args, context) {
    parseFlags(args, []);
    const settings = readSettings(context.env, context.folder);
    const config = await readServersToRun(settings);
    const dataDir = openDataDir(settings.dataDir);
    const socketPath = operatorSocketPath(dataDir.run, context.env);
    checkAuthSettings(settings);
    checkSignIn(settings, config);
    checkProxySettings(settings, config);
    const first = await askStatus(socketPath);
    if (first !== undefined) return takeUpThere(socketPath, first, settings, context);
    await refusePort(settings);
    const screen = openScreen(context.output);
    screen.print([...config.warnings, ...signInWarnings(settings.environment, config.gateway)]);
    const book = new PortBook();
    const away = await openAuthAwayServer();
    const plan = await planGateway(settings, config, dataDir, chosenTraefik(settings, context, away), book);
    const guardian = await openGuardian({ graceMilliseconds: orphanGrace });
    const path = settings.environment.PATH ?? "";
    const gateway = startGateway(plan, {
      guardian,
      processEnv: context.env,
      openLog: (name) => openLogFile(join(dataDir.logs, `${name}.log`)),
      hasProgram: (program, cwd) => findProgram(program, path, cwd) !== undefined,
      onChange: (rows) => screen.showTable(rows),
    });
    const asked = askedToEnd();
    const signals = context.watchSignals();
    const takeUp = () => takeUpChanges({ gateway, settings, dataDir, book, away, context, screen });
    const operator = await listenOperator(socketPath, { ...gateway, takeUp, down: asked.ask });
    try {
      return await runUntilAsked(gateway, plan, settings, screen, signals, asked.promise);
    } catch (error) {
      await gateway.stop();
      throw error;
    } finally {
      operator.close();
      operator.closeAllConnections();
      rmSync(socketPath, { force: true });
      away.close();
      await guardian.close();
    }
  },
};

/** A gateway runs on this data: it takes up what was changed, if it is the one that these settings mean. */
async function takeUpThere(
  socketPath: string,
  first: GatewayStatus,
  settings: Settings,
  context: CommandContext,
): Promise<number> {
  if (first.url !== settings.url || first.configFile !== settings.configFile) {
    throw new CommandFailed(
      `A gateway already runs on ${first.dataDir}: ${first.url}, ${first.configFile}, pid ${first.pid}. End it: just down\n` +
        "Or give this one a folder and a port of its own: GATEWAY_DATA_DIR=… GATEWAY_PORT=…",
    );
  }
  const { lines, error } = await askToTakeUp(socketPath);
  if (lines === undefined) throw new CommandFailed(error ?? "");
  print(context, [`The gateway runs at ${first.url} already (pid ${first.pid}).`, ...lines]);
  return 0;
}

function chosenTraefik(
  settings: Settings,
  { folder }: CommandContext,
  { url: awayUrl }: AuthAwayServer,
): TraefikChoice | undefined {
  const program = traefikProgram(settings, folder);
  return program === undefined ? undefined : { program, awayUrl };
}

/** Within the gateway that runs: plans anew, with the ports there are, and does what differs. */
async function takeUpChanges(running: {
  readonly gateway: Gateway;
  readonly settings: Settings;
  readonly dataDir: DataDir;
  readonly book: PortBook;
  readonly away: AuthAwayServer;
  readonly context: CommandContext;
  readonly screen: Screen;
}): Promise<readonly string[]> {
  const { gateway, dataDir, book, away, context, screen } = running;
  const settings = readSettings(context.env, context.folder);
  const edge = chosenTraefik(settings, context, away);
  if (settings.url !== running.settings.url || settings.dataDir !== running.settings.dataDir) {
    throw new CommandFailed("The port or the data folder is another one: just down, then just up.");
  }
  const config = await readServersToRun(settings);
  checkAuthSettings(settings);
  checkSignIn(settings, config);
  checkProxySettings(settings, config);
  const changes = await gateway.change(await planGateway(settings, config, dataDir, edge, book));
  const lines = [
    ...config.warnings,
    ...signInWarnings(settings.environment, config.gateway),
    ...renderChanges(changes),
  ];
  screen.print(lines);
  screen.showTable(gateway.status().servers);
  return lines;
}

async function refusePort({ port }: Settings): Promise<void> {
  if (await isPortForbidden(port)) throw new CommandFailed(renderPortForbidden(port, await freePortAfter(8079)));
  if (await isPortFree(port)) return;
  throw new CommandFailed(renderPortInUse(port, holderOf(port), await freePortAfter(port)));
}

/** Runs until the person, a signal or `just down` ends it; gives the exit code. */
async function runUntilAsked(
  gateway: Gateway,
  plan: GatewayPlan,
  settings: Settings,
  screen: Screen,
  { interrupted, interruptedAgain }: Interruptions,
  askedToEnd: Promise<void>,
): Promise<number> {
  const ending = Promise.race([interrupted, askedToEnd]).then(() => "ending" as const);
  const started = await Promise.race([gateway.started.then(() => "started" as const), ending]);
  if (started === "started") {
    screen.print([`The gateway runs at ${settings.url}. Ctrl-C ends it.`, "", ...connectLines(plan, settings), ""]);
    screen.showTable(gateway.status().servers);
    await ending;
  }
  screen.print(["", "Ending … (Ctrl-C again: at once)"]);
  const how = await Promise.race([gateway.stop(), interruptedAgain.then(() => "at once")]);
  if (how !== undefined) gateway.kill();
  return how === undefined ? 0 : 1;
}

function connectLines({ servers }: GatewayPlan, { url, localLogin }: Settings): string[] {
  return renderConnect({ url, localLogin, example: servers.find(({ kind }) => kind !== "disabled") });
}

function askedToEnd(): { readonly promise: Promise<void>; ask(): void } {
  let ask = () => {};
  const promise = new Promise<void>((resolve) => {
    ask = resolve;
  });
  return { promise, ask };
}
