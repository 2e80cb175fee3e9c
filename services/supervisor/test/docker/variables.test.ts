import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readDeployedServers, readDeployment } from "../../src/docker/deployment.ts";
import { composeVariables } from "../../src/docker/variables.ts";
import { commandContext } from "../fixtures/command-context.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "docker-variables-"));
  writeFileSync(join(folder, "gateway.json"), '{"mcpServers":{}}');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function composeWith(env: NodeJS.ProcessEnv) {
  const deployment = readDeployment(commandContext(folder, { BASE_DOMAIN: "mcp.example.com", ...env }));
  const variables = composeVariables(deployment, await readDeployedServers(deployment.settings));
  return { variables, files: deployment.files.map((file) => basename(file)) };
}

describe("what compose is given", () => {
  test.each([
    ["Traefik is the edge", {}, ["0", "1"]],
    ["Traefik is the edge, whatever is trusted", { TRUSTED_PROXIES: "10.0.0.0/8" }, ["0", "1"]],
    ["a balancer is before it, which nobody named", { TLS: "off" }, ["0", "1"]],
    ["a balancer that is trusted is before it", { TLS: "off", TRUSTED_PROXIES: "10.0.0.0/8" }, ["1", "2"]],
  ])("tells clients apart by their own address where %s", async (_where, env, settings) => {
    const { GATEWAY_RATE_LIMIT_DEPTH, GATEWAY_PROXY_HOPS } = (await composeWith(env)).variables;
    expect([GATEWAY_RATE_LIMIT_DEPTH, GATEWAY_PROXY_HOPS]).toEqual(settings);
  });

  test.each([
    [{ TLS: "off" }, ["store.yml", "http.yml"]],
    [{ TLS: "off", REDIS_URL: "redis://redis:6379" }, ["store.yml", "http.yml"]],
    [{ TLS: "off", REDIS_URL: "rediss://:p@store.example:6380/1" }, ["http.yml"]],
    [{ TLS: "local-ca" }, ["store.yml", "https.yml"]],
    [{}, ["store.yml", "https.yml", "acme.yml", "acme-http.yml"]],
    [
      { ACME_DNS_PROVIDER: "httpreq", ACME_DNS_ENV_FILE: "dns.env" },
      ["store.yml", "https.yml", "acme.yml", "acme-dns.yml"],
    ],
    [{ ACME_CA_FILE: "ca.pem" }, ["store.yml", "https.yml", "acme.yml", "acme-http.yml", "acme-ca.yml"]],
  ])("with %j is of %j", async (env, own) => {
    expect((await composeWith(env)).files).toEqual(["gateway.yml", ...own, "servers.yml"]);
  });

  test("names the files of ACME from the folder of .env, not from compose's own", async () => {
    const { variables } = await composeWith({
      ACME_CA_FILE: "ca.pem",
      ACME_DNS_PROVIDER: "httpreq",
      ACME_DNS_ENV_FILE: "./secrets/dns.env",
    });
    expect(variables).toMatchObject({
      ACME_CA_FILE: join(folder, "ca.pem"),
      ACME_DNS_ENV_FILE: join(folder, "secrets/dns.env"),
    });
  });
});
