import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore, type Store } from "@gateway/store";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ModernClient } from "../fixtures/modern-client.ts";
import { fixture, openProxy } from "../fixtures/proxy.ts";

const canElicit = { capabilities: { elicitation: {} } };
const args = { what: "elicit", state: "kept" };

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "used-before-"));
  store = await openEmbeddedStore({ folder, clock: () => Date.now() / 1_000 });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** A proxy whose requestStates the one after it opens too. */
async function open() {
  const proxy = await openProxy({
    ...{ command: [process.execPath, fixture("modern-server.mjs")], era: "modern" },
    ...{ stateSecrets: ["a secret that outlives the proxy it is of"], stateUses: store.requestStateUses },
  });
  return Object.assign(proxy, { [Symbol.asyncDispose]: () => proxy.close() });
}

async function ask(client: ModernClient): Promise<object> {
  const { json } = await client.call("ask", args, canElicit);
  const { requestState } = (json?.result ?? {}) as { requestState?: unknown };
  return { inputResponses: { q: { action: "accept", content: { name: "Ann" } } }, requestState };
}

describe("a question that was asked before the proxy was started anew", () => {
  test("is answered after it, once, and not at all where it was answered before", async () => {
    const [answered, waiting] = await (async () => {
      await using proxy = await open();
      const client = new ModernClient(proxy.url);
      const [first, second] = [await ask(client), await ask(client)];
      expect((await client.call("ask", args, canElicit, first)).json?.result).toBeDefined();
      return [first, second];
    })();
    await using next = await open();
    const client = new ModernClient(next.url);
    expect((await client.call("ask", args, canElicit, answered)).json?.error).toMatchObject({ code: -32602 });
    expect((await client.call("ask", args, canElicit, waiting)).json?.result).toBeDefined();
    expect((await client.call("ask", args, canElicit, waiting)).json?.error).toMatchObject({ code: -32602 });
  });
});
