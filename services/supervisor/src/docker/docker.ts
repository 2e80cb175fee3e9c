import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { CommandFailed } from "../command.ts";
import type { Deployment } from "./deployment.ts";

/** The docker client, with the variables that compose fills in. */
export interface Docker {
  /** Runs compose on the stack; a person sees what it prints. Gives its exit code. */
  compose(...args: readonly string[]): Promise<number>;
  /** Runs compose on the stack; gives what it printed. @throws {CommandFailed} when it fails */
  askCompose(...args: readonly string[]): Promise<string>;
  /** Runs another command of docker; gives what it printed. @throws {CommandFailed} when it fails */
  ask(...args: readonly string[]): Promise<string>;
  /** The same with a text on the command's standard input. @throws {CommandFailed} when it fails */
  askWith(input: string, ...args: readonly string[]): Promise<string>;
}

/** Opens nothing and asks nothing yet. */
export function dockerOf(deployment: Deployment, variables: Readonly<Record<string, string>>): Docker {
  const env = { ...deployment.settings.environment, ...variables };
  // No .env of compose's own choice: the settings have been read.
  const stack = ["compose", "--env-file", "/dev/null", ...deployment.files.flatMap((file) => ["--file", file])];
  return {
    compose: (...args) => run([...stack, ...args], env, "shown").then(({ code }) => code),
    askCompose: (...args) => ask([...stack, ...args], env),
    ask: (...args) => ask(args, env),
    askWith: (input, ...args) => ask(args, env, input),
  };
}

/** @throws {CommandFailed} with the next step when there is no engine, or no compose */
export async function checkEngine({ ask: askDocker }: Docker): Promise<void> {
  await askDocker("version", "--format", "{{.Server.Version}}").catch((error: Error) => {
    throw new CommandFailed(
      `No Docker engine answers: ${error.message}\nStart Docker (https://docs.docker.com/engine/install), or run without it: just up --local`,
    );
  });
  await askDocker("compose", "version").catch(() => {
    throw new CommandFailed("docker compose is needed, version 2.30 or newer: https://docs.docker.com/compose/install");
  });
}

async function ask(args: readonly string[], env: NodeJS.ProcessEnv, input?: string): Promise<string> {
  const { code, output, errors } = await run(args, env, "kept", input);
  if (code !== 0) throw new CommandFailed(errors.trim() || `docker ${args[0]} exited with code ${code}`);
  return output;
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv, what: "shown" | "kept", input?: string) {
  const stdio = what === "shown" ? "inherit" : "pipe";
  const child = spawn("docker", args, { env, stdio: [input === undefined ? "ignore" : "pipe", stdio, stdio] });
  child.stdin?.on("error", () => {}).end(input); // a command that ends without reading it says why by its exit code
  const exited = new Promise<number>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new CommandFailed("the docker command is not installed") : error),
    );
    child.once("close", (code) => resolve(code ?? 1));
  });
  const [code, output, errors] = await Promise.all([exited, read(child.stdout), read(child.stderr)]);
  return { code, output, errors };
}

function read(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? Promise.resolve("") : text(stream);
}
