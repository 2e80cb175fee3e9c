import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readDeployedServers, readDeployment } from "../../src/docker/deployment.ts";
import { writeRunFiles } from "../../src/docker/run-files.ts";
import { commandContext } from "../fixtures/command-context.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = {
  BASE_DOMAIN: "mcp.example.com",
  ACME_EMAIL: "me@example.com",
  GITHUB_CLIENT_ID: "id",
  GITHUB_CLIENT_SECRET: "of-github",
};
// Placeholders of gateway.json, as a person writes them.
const [port, variable] = ["PORT", "env:GITHUB_CLIENT_ID"].map((name) => `$\{${name}}`);
const native = { command: "npx", args: ["n"], url: `http://127.0.0.1:${port}/mcp` };

/** Writes the files for some servers; gives the variables of what changed. */
async function write(mcpServers: unknown, env = {}) {
  writeFileSync(join(folder, "gateway.json"), JSON.stringify({ mcpServers }));
  const own = { ...settings, GATEWAY_DATA_DIR: join(folder, "data"), ...env };
  const deployment = readDeployment(commandContext(folder, own));
  return writeRunFiles(deployment, await readDeployedServers(deployment.settings));
}
const fileOf = (name: string) => join(folder, "data/docker", name);
const textOf = (name: string) => readFileSync(fileOf(name), "utf8");

describe("what containers read", () => {
  test("cannot be what compose could not hand on", async () => {
    await expect(write({ n: { ...native, args: [variable] } })).rejects.toThrow("put it into its env");
    await expect(write({ n: { ...native, env: { KEY: "a\nb" } } })).rejects.toThrow("more than one line");
  });

  test("is the owner's alone on this machine, and any user's in a container", async () => {
    await write({ a: { command: "npx", env: { KEY: "k" } } });
    expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700);
    expect(statSync(fileOf("secrets/github_client_secret")).mode & 0o777).toBe(0o644);
    expect(textOf("secrets/github_client_secret")).toBe("of-github");
    expect(textOf("servers/a/env")).toBe('{"KEY":"k"}');
  });

  test("says of servers to auth who may use them, not what they run", async () => {
    await write({ a: { command: "npx", args: ["-y", "secret-program"], env: { KEY: "k" } } });
    const { servers } = JSON.parse(textOf("auth/resources.json"));
    const identifiers = ["https://a.mcp.example.com/mcp"];
    expect(servers).toEqual([{ name: "a", title: "a", identifiers, limitsTools: true }]);
  });

  test.each(["redis_password", "gateway_jwt_secret"])("has a %s that is made once, unless one is set", async (name) => {
    await write({});
    const made = textOf(`secrets/${name}`);
    expect(made.length).toBeGreaterThan(40);
    await write({});
    expect(textOf(`secrets/${name}`)).toBe(made);
    const own = "a-secret-of-the-operator-s-own-choice";
    await write({}, { [name.toUpperCase()]: own });
    expect(textOf(`secrets/${name}`)).toBe(own);
  });

  test("names the stack's own Redis, or the one that is set, with its password alone", async () => {
    await write({});
    expect(textOf("secrets/redis_url")).toBe("redis://redis:6379");
    const elsewhere = { REDIS_URL: "rediss://store.example:6380/1" };
    await write({}, elsewhere);
    expect([textOf("secrets/redis_url"), textOf("secrets/redis_password")]).toEqual([elsewhere.REDIS_URL, ""]);
    await write({}, { ...elsewhere, REDIS_PASSWORD: "of-that-one" });
    expect(textOf("secrets/redis_password")).toBe("of-that-one");
    await write({}, elsewhere);
    await write({});
    expect(textOf("secrets/redis_password").length).toBeGreaterThan(40);
  });

  test("tells nobody of metrics unless they have a port, and what reads them where they are", async () => {
    const there = () => ["networks.yml", "targets.json"].map((name) => existsSync(fileOf(`metrics/${name}`)));
    await write({ a: { command: "npx" } });
    expect(there()).toEqual([false, false]);
    await write({ a: { command: "npx" } }, { METRICS_PORT: "9464", COMPOSE_PROJECT_NAME: "stack" });
    expect(textOf("metrics/networks.yml")).toContain("name: stack_a\n");
    expect(textOf("metrics/targets.json")).toContain('"a:9464"');
    await write({ a: { command: "npx" } });
    expect(there()).toEqual([false, false]);
  });

  test.each(["0", "3000", "8000", "metrics"])("is not written for metrics at port %s", async (port) => {
    await expect(write({}, { METRICS_PORT: port })).rejects.toThrow(/METRICS_PORT: found .*; allowed: /);
  });

  test("gives a server in an image of its own its env by a file, and no route elsewhere", async () => {
    await write({ a: { url: "http://a:3000/mcp", env: { KEY: "k", PORT: port }, gateway: { image: "other" } } });
    expect(textOf("servers/a/environment")).toBe("KEY=k\nPORT=3000\n");
    expect(textOf("traefik/servers.yml")).not.toContain("a:3000");
  });

  test("changes for the server whose env changed, and for nobody else", async () => {
    const before = await write({ a: { command: "npx", env: { KEY: "1" } }, b: { command: "npx", env: { KEY: "1" } } });
    const after = await write({ a: { command: "npx", env: { KEY: "2" } }, b: { command: "npx", env: { KEY: "1" } } });
    expect(after).toEqual({ ...before, GATEWAY_FILES_A: after.GATEWAY_FILES_A });
    expect(Number(after.GATEWAY_FILES_A)).toBeGreaterThan(Number(before.GATEWAY_FILES_A));
  });

  test("goes with its server", async () => {
    await write({ a: { command: "npx", env: { KEY: "1" } } });
    await write({});
    expect(existsSync(fileOf("servers/a"))).toBe(false);
  });

  test("routes a server elsewhere by Traefik's file, behind auth", async () => {
    await write({ far: { url: "https://far.example/api", headers: { "X-Key": "k" } } });
    expect(textOf("traefik/servers.yml")).toMatch(/mcp-auth@docker[\s\S]*far-set-headers[\s\S]*X-Key: "k"/);
  });

  test("bounds the wait for auth by a file that servers have no part in", async () => {
    await write({ far: { url: "https://far.example/api", headers: { "X-Key": "k" } } });
    expect(textOf("traefik/auth.yml")).toMatch(/serversTransports:[\s\S]*auth_5s:[\s\S]*responseHeaderTimeout: "5s"/);
    expect(textOf("traefik/auth.yml")).not.toContain("far");
  });

  test.each(["acme", "local-ca", "off"])("speaks no TLS below 1.2 with TLS=%s", async (TLS) => {
    await write({}, { TLS });
    expect(textOf("traefik/tls.yml")).toMatch(/^tls:\n {2}options:\n {4}default:\n {6}minVersion: "VersionTLS12"\n/m);
  });

  test("names a certificate for every name where Traefik obtains none, and takes it back where it does", async () => {
    const named = /stores:\n {4}default:\n {6}defaultCertificate:\n {8}certFile: "\/etc\/traefik\/dynamic\/cert.pem"\n/;
    await write({}, { TLS: "local-ca" });
    expect(textOf("traefik/tls.yml")).toMatch(named);
    await write({}, { TLS: "acme" });
    expect(textOf("traefik/tls.yml")).not.toMatch(named);
  });
});
