import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createServer } from "node:tls";
import { afterEach, expect, test } from "@jest/globals";
import { checkGitHub } from "../../src/doctor/github.ts";
import { checkCertificate, checkHttp, checkName, checkNames } from "../../src/doctor/network.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server on a port of its own, closed after the test. */
async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

test("a name that leads nowhere is a problem with the record to add; one below localhost is none", async () => {
  expect(await checkName("localhost")).toMatchObject({ state: "ok" });
  expect(await checkName("no-such-name.invalid")).toMatchObject({
    state: "problem",
    advice: expect.stringContaining("*.invalid"),
  });
});

test("names below localhost that lead nowhere share a line, and none hides a problem", async () => {
  const findings = await checkNames(["a.localhost", "b.localhost", "c.localhost", "no-such-name.invalid"]);
  // Some systems know all names below localhost.
  expect(findings.filter(({ state }) => state === "warning").length).toBeLessThanOrEqual(1);
  expect(findings.filter(({ state }) => state === "problem")).toEqual([
    expect.objectContaining({ about: "name no-such-name.invalid" }),
  ]);
});

test("a certificate that clients refuse is a problem", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gateway-doctor-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const options = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "30",
    "-subj",
    "/CN=localhost",
  ];
  execFileSync("openssl", ["req", "-x509", ...options, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const port = await portOf(createServer({ key: readFileSync(key), cert: readFileSync(cert) }));
  expect(await checkCertificate("localhost", port, new Date())).toMatchObject({
    ...{ state: "problem", found: expect.stringContaining("SELF_SIGNED") },
  });
  rmSync(folder, { recursive: true });
});

test("what does not speak TLS is a problem", async () => {
  const port = await portOf(createTcpServer((socket) => socket.end("no TLS here\r\n")));
  expect(await checkCertificate("localhost", port, new Date())).toMatchObject({ state: "problem" });
});

test.each([
  ["leads to https", 301, "https://localhost/", "ok"],
  ["is somebody else's", 200, undefined, "warning"],
  ["leads elsewhere over http", 302, "http://localhost/login", "warning"],
])("port 80 that %s is answered for", async (_which, status, location, state) => {
  const port = await portOf(
    createHttpServer((_req, res) => res.writeHead(status, location === undefined ? {} : { location }).end()),
  );
  expect(await checkHttp(["127.0.0.1"], port)).toMatchObject([{ state, about: `port ${port}` }]);
});

test("port 80 that nobody reaches is a problem with the way out", async () => {
  const port = await portOf(createTcpServer());
  await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
  expect(await checkHttp(["127.0.0.1", "127.0.0.1"], port)).toEqual([
    {
      ...{ about: `port ${port}`, state: "problem", found: "ECONNREFUSED: 127.0.0.1 and 1 more" },
      advice: expect.stringMatching(/GATEWAY_HTTP_PORT.*ACME_DNS_PROVIDER/),
    },
  ]);
});

test("a GitHub that cannot be reached is a problem, and no app is none", async () => {
  const app = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "canary", ALLOWED_GITHUB_USERS: "*" };
  const unreachable = { ...app, GITHUB_BASE_URL: "http://127.0.0.1:1" };
  const findings = await checkGitHub(unreachable, "https://auth.g.dev/callback");
  expect(findings).toMatchObject([{ state: "problem" }]);
  expect(JSON.stringify(findings)).not.toContain("canary");
  expect(await checkGitHub({}, "")).toMatchObject([{ state: "ok" }]);
});

test.each([
  ["bad_verification_code", "ok", "callback URL must be https://auth.g.dev/callback"],
  ["incorrect_client_credentials", "problem", "does not know this id and secret"],
])("GitHub's %s about a code that is none is %s", async (error, state, found) => {
  const forms: string[] = [];
  const github = createHttpServer(async (req, res) => {
    forms.push(await text(req));
    res.setHeader("content-type", "application/json").end(JSON.stringify({ error }));
  });
  const port = await portOf(github);
  const app = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "s3cret", ALLOWED_GITHUB_USERS: "*" };
  const environment = { ...app, GITHUB_BASE_URL: `http://127.0.0.1:${port}` };
  expect(await checkGitHub(environment, "https://auth.g.dev/callback")).toMatchObject([
    { state, found: expect.stringContaining(found) },
  ]);
  expect(forms).toEqual(["client_id=id&client_secret=s3cret&code=doctor"]);
  github.closeAllConnections();
});

test("an app that nobody may use is a problem", async () => {
  const app = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "s3cret", GITHUB_BASE_URL: "http://127.0.0.1:1" };
  expect((await checkGitHub(app, ""))[0]).toMatchObject({
    state: "problem",
    advice: expect.stringContaining("just setup"),
  });
});
