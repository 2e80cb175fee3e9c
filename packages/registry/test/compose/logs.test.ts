import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { renderCompose } from "../../src/index.ts";
import { gatewayOf } from "../gateway.ts";

type Services = Readonly<Record<string, { readonly profiles?: string[]; readonly logging?: unknown }>>;

const servicesOf = (text: string) => (parse(text, { merge: true }) as { services: Services }).services;
const inCompose = (file: string) => readFileSync(new URL(`../../../../compose/${file}`, import.meta.url), "utf8");

const native = { env: { PORT: "${PORT}" }, url: "http://127.0.0.1:${PORT}/mcp" };
const { traefik: _labelsAlone, ...servers } = servicesOf(
  renderCompose(
    gatewayOf({
      mcpServers: {
        "of-stdio": { command: "uvx", args: ["mcp-server-time"] },
        alike: { command: "npx", args: ["alike"], gateway: { replicas: 2 } },
        "of-own-image": { command: "npx", args: ["own"], gateway: { image: "example/own" } },
        "of-http": { command: "npx", args: ["native"], ...native },
        "of-http-image": { ...native, gateway: { image: "example/http" } },
      },
    }),
    { routing: "subdomain" },
  ),
);

// What it says of auth is added to what gateway.yml says.
const { auth: _added, ...store } = servicesOf(inCompose("store.yml"));

/** Every container that is ever started; what only names an image is not. */
const started = Object.entries({ ...servicesOf(inCompose("gateway.yml")), ...store, ...servers })
  .concat(Object.entries(servicesOf(inCompose("redis.yml"))).map(([name, service]) => [`${name} alone`, service]))
  .filter(([, { profiles }]) => profiles === undefined);

describe("what a container prints", () => {
  test("is looked at for each kind of container", () => {
    const gateway = ["traefik", "docker-socket", "auth", "redis"];
    const ofServers = ["of-stdio", "alike", "alike_2", "of-own-image", "of-http", "of-http-image"];
    expect(started.map(([name]) => name)).toEqual([...gateway, ...ofServers, "redis alone"]);
  });

  test.each(started)("takes no more than 30 MB of the disk: %s", (_name, { logging }) => {
    expect(logging).toEqual({ driver: "json-file", options: { "max-size": "10m", "max-file": "3" } });
  });
});
