import { join } from "node:path";
import { parseEnv } from "node:util";
import { setVariables } from "@gateway/config";
import { type Command, CommandFailed, confirm, parseArguments, print } from "../command.ts";
import { writePrivately } from "../data-dir.ts";
import { makeSecret, makeSigningKey } from "../secrets.ts";
import { readDotEnv } from "../settings.ts";

const usage = "secrets jwt-secret | redis-password | signing-key | all [--replace] [--yes]";
const options = { replace: { type: "boolean" }, yes: { type: "boolean" } } as const;

const variables = {
  "jwt-secret": "GATEWAY_JWT_SECRET",
  "redis-password": "REDIS_PASSWORD",
  "signing-key": "JWT_PRIVATE_KEY_B64",
} as const;
type Secret = keyof typeof variables;

/** A signing key is not among them: the gateway makes its own, and can then change it by itself (just rotate-keys). */
const all: readonly Secret[] = ["jwt-secret", "redis-password"];

export const secrets: Command = {
  usage,
  help: "Makes secrets and writes them into .env (mode 0600) without showing them. One that is there stays, unless --replace is said.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, options, usage);
    const chosen = positionals.flatMap((name) => (name === "all" ? all : [name as Secret]));
    if (chosen.length === 0 || chosen.some((name) => !Object.hasOwn(variables, name))) {
      throw new CommandFailed(`Use: just ${usage}`);
    }
    const text = readDotEnv(context.folder);
    const there = parseEnv(text);
    const isThere = (name: Secret) => Boolean(there[variables[name]]);
    const replaced = chosen.filter(isThere).map((name) => variables[name]);
    if (values.replace && replaced.length > 0) {
      const question = `Replace ${replaced.join(" and ")} in .env? What was made with the old one ends at the next start.`;
      await confirm(context, question, values.yes ?? false);
    }
    const made = chosen.filter((name) => values.replace || !isThere(name));
    const algorithm = there.JWT_ALGORITHM ?? "";
    const secret = (name: Secret) => (name === "signing-key" ? makeSigningKey(algorithm) : makeSecret());
    const written = Object.fromEntries(made.map((name) => [variables[name], secret(name)]));
    if (made.length > 0) writePrivately(join(context.folder, ".env"), setVariables(text, written));
    print(
      context,
      chosen.map((name) => `${variables[name]}: ${made.includes(name) ? "written to .env" : "kept"}`),
    );
    return 0;
  },
};
