import { execFile } from "node:child_process";
import { appendFile, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv, promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { layTls, ownAddress } from "../src/docker-stack.ts";
import { FakeGitHub } from "../src/fake-github.ts";
import { FreshClone } from "../src/fresh-clone.ts";
import { parts } from "../src/parts.ts";
import { allowedUsers, ReachedStack } from "../src/reached-stack.ts";
import { dockerDeclarationOf } from "../src/servers.ts";
import { longestStart } from "../src/stacks.ts";
import { clientTests } from "../src/suites/clients.ts";
import { testWith } from "../src/test-with.ts";

const domain = `${process.env.GATEWAY_LAB_DOMAIN}`;
const declaration = dockerDeclarationOf("everything", "everything-stdio", "memory", "filesystem", "mcp-time");
/** Images that are there once the stack has been up: those of these names are not built again. */
const built = Object.fromEntries(
  ["AUTH", "PROXY_NODE", "PROXY_PYTHON"].map((name) => {
    const image = `${name}_IMAGE`;
    return [image, process.env[image] ?? `mcp-oauth-gateway/${name.toLowerCase().replace("_", "-")}`];
  }),
);
const longestCall = 200_000; // ms: a client of its own is started, signs in, lists and calls
const guard = "mcp-oauth-gateway/docker-socket";

async function docker(...args: string[]): Promise<string> {
  return (await promisify(execFile)("docker", args)).stdout.trim();
}

/** One test after the other, as a person goes on: `just setup --non-interactive && just up --docker`, then real clients. */
describe("from a fresh clone, by recipe", () => {
  const test = (title: string, run: () => Promise<void>) => testWith("docker")(title, run, longestStart);
  let github: FakeGitHub;
  let clone: FreshClone;
  let gateway: ReachedStack;
  beforeAll(async () => {
    if (parts.docker === undefined) return;
    github = await FakeGitHub.start(ownAddress());
    clone = await FreshClone.make(declaration);
    gateway = new ReachedStack({ domain, routing: "subdomain", port: clone.ports[1], github });
    await layTls(clone.dataFolder);
  }, 120_000);
  afterAll(async () => {
    await clone?.[Symbol.asyncDispose]();
    await github?.[Symbol.asyncDispose]();
  }, 240_000);

  const dotEnv = async () => parseEnv(await readFile(join(clone.folder, ".env"), "utf8"));
  const idOf = (service: string) => docker("inspect", "--format", "{{.Id}}", `${clone.project}-${service}-1`);
  const imageOf = (service: string) => docker("inspect", "--format", "{{.Image}}", `${clone.project}-${service}-1`);

  test("just setup --non-interactive writes what just up --docker brings the stack up with", async () => {
    const [http, https] = clone.ports;
    const place = { COMPOSE_PROJECT_NAME: clone.project, GATEWAY_HTTP_PORT: `${http}`, GATEWAY_HTTPS_PORT: `${https}` };
    const answers = { BASE_DOMAIN: domain, ...github.env, ALLOWED_GITHUB_USERS: allowedUsers, TLS: "local-ca" };
    const setup = await clone.say("setup --non-interactive", { ...answers, ...place });
    expect([setup.code, setup.printed]).toEqual([0, expect.stringContaining("just up --docker")]);
    expect((await stat(join(clone.folder, ".env"))).mode & 0o777).toBe(0o600);
    await appendFile(join(clone.folder, ".env"), "REGISTRATION_RATE_LIMIT=300\nSIGN_IN_RATE_LIMIT=300\n"); // one address signs in for all tests
    const up = await clone.say("up --docker");
    expect([up.code, up.printed]).toEqual([0, expect.stringContaining(gateway.mcpUrl("memory"))]);
    expect(up.printed).toMatch(/Clients must trust \/.*ca\.pem/);
    for (const secret of [github.clientSecret, (await dotEnv()).REDIS_PASSWORD])
      expect(up.printed).not.toContain(secret);
  });

  clientTests((title, run, ...needed) => testWith("docker", ...needed)(title, () => run(gateway), longestCall));

  test("just secrets makes what is named, unseen, and leaves what is there", async () => {
    const before = await dotEnv();
    const { code, printed } = await clone.say("secrets all signing-key");
    const after = await dotEnv();
    expect([code, after]).toEqual([0, { ...before, JWT_PRIVATE_KEY_B64: expect.stringMatching(/^[\w+/=]{1000,}$/) }]);
    expect(printed).not.toContain(after.JWT_PRIVATE_KEY_B64);
  });

  test("just build makes nothing anew of what has not changed", async () => {
    const before = await docker("inspect", "--format", "{{.Id}}", guard);
    expect(await clone.say("build", built)).toMatchObject({ code: 0 });
    expect(await docker("inspect", "--format", "{{.Id}}", guard)).toBe(before);
  });

  test("just rebuild makes an image from nothing and starts what runs on it, and nothing else", async () => {
    const [redis, image] = [await idOf("redis"), await imageOf("docker-socket")];
    const { code, printed } = await clone.say("rebuild", built);
    expect([code, printed]).toEqual([0, expect.stringContaining("The gateway runs at")]);
    expect(await imageOf("docker-socket")).not.toBe(image);
    expect(await idOf("redis")).toBe(redis);
  });
});
