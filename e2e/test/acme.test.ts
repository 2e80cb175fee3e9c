import { once } from "node:events";
import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { AcmeStack } from "../src/compose/acme-stack.ts";
import { DnsDoor } from "../src/compose/dns-door.ts";
import { until } from "../src/processes.ts";
import { testWith } from "../src/test-with.ts";
import { tlsSpokenBy } from "../src/tls-version.ts";

const test = testWith("traefik", "pebble");
const patience = 60_000; // ms for Traefik to start and to obtain certificates

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  /** Of the certificate that the name was answered with. */
  readonly serialNumber: string;
}

/** Asks a name of the stack over TLS as a client does that trusts the authority, and nobody else. */
async function ask(stack: AcmeStack, label: string, path: string): Promise<Answer> {
  const host = stack.host(label);
  const asked = request({
    ...{ host: "127.0.0.1", port: stack.ports.https, servername: host, ca: stack.authority.root, agent: false },
    path,
    headers: { host: `${host}:${stack.ports.https}`, accept: "application/json" },
  }).end();
  const [answer] = await once(asked, "response");
  const { serialNumber } = (answer.socket as TLSSocket).getPeerCertificate();
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer), serialNumber };
}

const metadata = "/.well-known/oauth-authorization-server";
const untilTrusted = (stack: AcmeStack, label: string, path: string) =>
  until(
    () => ask(stack, label, path).catch(() => undefined),
    () => `a certificate for ${label}\n${stack.composed.logged}`,
    patience,
  );

describe("TLS=acme, over port 80 (HTTP-01)", () => {
  let stack: AcmeStack;
  beforeEach(async () => {
    stack = await AcmeStack.open("acme-http.yml");
  }, 60_000);
  afterEach(() => stack[Symbol.asyncDispose](), 30_000);

  test("a name that the authority refuses has no certificate, and takes no other name's", async () => {
    stack.composed.start();
    expect((await untilTrusted(stack, "auth", metadata)).status).toBe(200);
    await until(
      () => (stack.composed.logged.includes(`refused.`) ? true : undefined),
      () => `a word about it\n${stack.composed.logged}`,
      patience,
    );
    await expect(ask(stack, "refused", "/mcp")).rejects.toMatchObject({
      code: expect.stringMatching(/CERT|SELF_SIGNED/),
    });
  }, 150_000);

  test("a client that trusts the authority gets from a server's challenge to its authorization server", async () => {
    stack.composed.start();
    const refused = await untilTrusted(stack, "memory", "/mcp");
    expect(refused.status).toBe(401);
    expect(refused.headers).toMatchObject({
      "strict-transport-security": expect.stringMatching(/^max-age=31536000/),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    const [, document = ""] = /resource_metadata="([^"]+)"/.exec(`${refused.headers["www-authenticate"]}`) ?? [];
    expect(document).toMatch(
      `https://${stack.host("memory")}:${stack.ports.https}/.well-known/oauth-protected-resource`,
    );
    const resource = JSON.parse((await ask(stack, "memory", new URL(document).pathname)).body);
    expect(resource.authorization_servers).toEqual([`https://${stack.host("auth")}:${stack.ports.https}`]);
    const server = JSON.parse((await untilTrusted(stack, "auth", metadata)).body);
    expect(server.issuer).toBe(resource.authorization_servers[0]);
  }, 150_000);

  test("a client that speaks no TLS of today is refused", async () => {
    stack.composed.start();
    await untilTrusted(stack, "auth", metadata);
    const spoken = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
    const outcomes = spoken.map((version) => tlsSpokenBy(version, stack.ports.https, stack.host("auth")));
    const refusal = "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION";
    expect(await Promise.all(outcomes)).toEqual([refusal, refusal, "TLSv1.2", "TLSv1.3"]);
  }, 150_000);

  test("what comes over http is led to https, though port 80 answers the authority", async () => {
    stack.composed.start();
    await untilTrusted(stack, "auth", metadata);
    const headers = { host: stack.host("auth") };
    const asked = plainRequest({
      host: "127.0.0.1",
      port: stack.ports.http,
      path: metadata,
      headers,
      agent: false,
    }).end();
    const [answer] = await once(asked, "response");
    answer.resume();
    expect([301, 308]).toContain(answer.statusCode);
    expect(answer.headers.location).toBe(`https://${stack.host("auth")}:${stack.ports.https}${metadata}`);
  }, 150_000);

  test("certificates and account outlive a restart: none is asked for anew", async () => {
    stack.composed.start();
    const before = [await untilTrusted(stack, "auth", metadata), await untilTrusted(stack, "memory", "/mcp")];
    const kept = await stack.kept();
    expect(kept.names).toEqual([stack.host("auth"), stack.host("memory")]);
    await stack.composed.stop();
    stack.composed.start();
    const after = [await untilTrusted(stack, "auth", metadata), await untilTrusted(stack, "memory", "/mcp")];
    expect(after.map(({ serialNumber }) => serialNumber)).toEqual(before.map(({ serialNumber }) => serialNumber));
    expect(await stack.kept()).toEqual(kept);
  }, 150_000);
});

describe("TLS=acme, by DNS (DNS-01)", () => {
  test("what ACME_DNS_ENV_FILE holds reaches the provider, and its names get certificates; none of it is logged", async () => {
    await using stack = await AcmeStack.open("acme-dns.yml", "httpreq");
    await using door = await DnsDoor.start(stack.authority);
    stack.composed.start(door.settings);
    expect((await untilTrusted(stack, "auth", metadata)).status).toBe(200);
    expect((await untilTrusted(stack, "memory", "/mcp")).status).toBe(401);
    expect([...door.set].sort()).toEqual([
      `_acme-challenge.${stack.host("auth")}.`,
      `_acme-challenge.${stack.host("memory")}.`,
    ]);
    expect(stack.composed.logged).not.toContain(door.settings.HTTPREQ_PASSWORD);
  }, 150_000);
});
