import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Answer, TestClient, until } from "./fixtures/client.ts";
import { ModernClient } from "./fixtures/modern-client.ts";
import { fixture, type Options, openProxy, type RunningProxy } from "./fixtures/proxy.ts";

const modernServer: [string, ...string[]] = [process.execPath, fixture("modern-server.mjs")];
const json = { accept: "application/json" };

/** A client in front of a server of either wire, and how it calls. */
const pairs: readonly {
  readonly name: string;
  readonly options: Options;
  readonly connect: (url: string) => Promise<(tool: string) => Promise<Answer>>;
}[] = [
  {
    name: "a legacy session",
    options: { era: "legacy" },
    connect: async (url) => {
      const client = await TestClient.open(url);
      return (tool) => client.call(1, tool);
    },
  },
  {
    name: "a modern client, a legacy server",
    options: { era: "legacy" },
    connect: async (url) => (name) => new ModernClient(url).request("tools/call", { name }, {}, json),
  },
  {
    name: "a modern client that can be asked, a legacy server",
    options: { era: "legacy" },
    connect: async (url) => (name) => {
      const client = new ModernClient(url);
      return client.request("tools/call", { name }, { capabilities: { elicitation: {} } }, json);
    },
  },
  {
    name: "a modern client, a modern server",
    options: { era: "modern", command: modernServer },
    connect: async (url) => (name) => new ModernClient(url).request("tools/call", { name }, {}, json),
  },
];

describe.each(pairs)("a request that its process cannot have seen: $name", ({ options, connect }) => {
  let proxy: RunningProxy;
  let call: (tool: string) => Promise<Answer>;
  beforeEach(async () => {
    proxy = await openProxy(options);
    call = await connect(proxy.url);
  });
  afterEach(() => proxy.close());
  const textOf = ({ json, text }: Answer) => json?.result?.content[0].text ?? text;

  // What it started holds its output: for a moment its end is known (then its number is gone: a zombie's is not), and not
  // yet that it said all it had to say.
  test("is served by another process when that one has exited", async () => {
    const left = textOf(await call("leave"));
    await until(() => !existsSync(`/proc/${left}`));
    const { status, json } = await call("pid");
    expect([status, json?.error]).toEqual([200, undefined]);
    expect(json?.result?.content[0].text).not.toBe(left);
  });

  test("is 503 with Retry-After, at once, when that one has closed its input", async () => {
    expect(textOf(await call("shutEars"))).toBe("shut");
    const { status, json, headers } = await call("pid");
    expect([status, headers["retry-after"]]).toEqual([503, "5"]);
    expect(json?.error).toMatchObject({ code: -32_603, data: { reason: "not_delivered" } });
  });
});
