import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy, type RunningProxy } from "../fixtures/proxy.ts";

const plain = {};
const interactive = { capabilities: { elicitation: {} } };

describe.each(["legacy", "modern"] as const)("tools.allow and tools.deny, a modern client and a %s server", (era) => {
  let proxy: RunningProxy;
  beforeAll(async () => {
    const server = fixture(era === "legacy" ? "raw-server.mjs" : "modern-server.mjs");
    const tools = { allow: ["ec*", "seen", "pid"], deny: ["p*d"] };
    proxy = await openProxy({ era, command: [process.execPath, server], tools });
  });
  afterAll(() => proxy.close());

  test.each([plain, interactive])("the list shows what there is, with %j", async (envelope) => {
    const { json } = await new ModernClient(proxy.url).request("tools/list", {}, envelope);
    const tools = json?.result?.tools as { name: string }[];
    expect(tools.map(({ name }) => name).sort()).toEqual(["echo", "seen"]);
  });

  test.each([plain, interactive])(
    "a call of another one is an unknown tool, and the server does not hear of it, with %j",
    async (envelope) => {
      const client = new ModernClient(proxy.url);
      for (const name of ["pid", "env"]) {
        expect(await client.call(name, {}, envelope)).toMatchObject({
          status: 200,
          json: { error: { code: -32_602, message: `Unknown tool: ${name}` } },
        });
      }
      expect(await client.tool("seen", {}, envelope)).not.toMatch(/"name\W+(pid|env)/);
      expect(await client.tool("echo", { value: "served" }, envelope)).toBe("served");
    },
  );
});
