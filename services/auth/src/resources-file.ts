import { readFile } from "node:fs/promises";
import { ConfigError, checkKeySet, keySetRule } from "@gateway/config/auth";
import { ResourceServers } from "@gateway/registry/resource-servers";
import { findDeclarationProblem } from "./domain/pre-registered-client.ts";

/**
 * Reads the MCP servers that auth protects.
 * @throws ConfigError when the file cannot be read or is not what the registry renders
 */
export async function readResourcesFile(path: string): Promise<ResourceServers> {
  const parsed = ResourceServers.safeParse(parseJson(await read(path)));
  if (parsed.success) return withSoundKeys(path, parsed.data);
  throw new ConfigError(
    path,
    parsed.error.issues.map(({ path: at, message }) => ({
      at: at.join(".") || "the file",
      found: "something else",
      allowed: message,
    })),
  );
}

function withSoundKeys(path: string, resourceServers: ResourceServers): ResourceServers {
  const ofClients = (resourceServers.clients ?? []).flatMap((client) => {
    const allowed = findDeclarationProblem(client, resourceServers.redirectSchemes);
    return allowed === undefined ? [] : [{ at: `gateway.clients (${client.clientId})`, found: "a mistake", allowed }];
  });
  const { softwareStatements = [] } = resourceServers.registration || {};
  const ofIssuers = softwareStatements.flatMap(({ issuer, jwks }) => {
    const at = `gateway.registration.softwareStatements (${issuer})`;
    return checkKeySet(jwks).ok ? [] : [{ at, found: "a mistake", allowed: `jwks: ${keySetRule}` }];
  });
  const problems = [...ofClients, ...ofIssuers];
  if (problems.length > 0) throw new ConfigError(path, problems);
  return resourceServers;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError("environment", [
      { at: "RESOURCES_FILE", found: `${path} (${code})`, allowed: "a readable file" },
    ]);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema then says what is allowed
  }
}
