import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "@gateway/store";
import { describe, expect, test } from "@jest/globals";
import { callMessage, type Headers, TestClient } from "./fixtures/client.ts";
import { fixture, openProxy } from "./fixtures/proxy.ts";

const place = fixture("stored-data");
const sdk = { command: [process.execPath, fixture("sdk-server.mjs")] satisfies [string, ...string[]] };
/** So far ahead that no session ends before somebody reads it; seconds since the epoch. */
const farAhead = 4_000_000_000;

const openStore = (folder: string) => openEmbeddedStore({ folder, clock: () => Date.now() / 1_000 });

/** Keeps what a proxy of this version remembers of a session, and what its client holds. */
async function storeData(version: string): Promise<void> {
  const target = join(place, version);
  await mkdir(target); // fails where there is one: what a version has written does not change
  const store = await openStore(join(target, "sessions"));
  const { mcpSessions } = store;
  const records = {
    ...mcpSessions,
    keep: (session: Parameters<typeof mcpSessions.keep>[0]) => mcpSessions.keep(session, farAhead),
  };
  const proxy = await openProxy({ ...sdk, records });
  const client = await TestClient.open(proxy.url, { user: "1" });
  await client.post({ jsonrpc: "2.0", id: 1, method: "logging/setLevel", params: { level: "error" } });
  await client.post({ jsonrpc: "2.0", id: 2, method: "resources/subscribe", params: { uri: "test://a" } });
  await client.tool("subscribed");
  await writeFile(join(target, "headers.json"), `${JSON.stringify(client.headers, undefined, 2)}\n`);
  await proxy.close();
  await store.close();
  await rm(join(target, "sessions/store.mdb-lock"), { force: true });
}

/** Set by scripts/stored-data.sh: the version whose data is to be kept from now on. */
const newVersion = process.env.STORED_DATA_VERSION;
if (newVersion) test(`the data of ${newVersion} is stored`, () => storeData(newVersion), 60_000);

const versions = newVersion ? [newVersion] : await readdir(place);

describe.each(versions)("a session that a proxy of version %s remembers (issue 6, part 7)", (version) => {
  test("goes on, for its own user only, with what its client had set up", async () => {
    const headers: Headers = JSON.parse(await readFile(join(place, version, "headers.json"), "utf8"));
    const folder = await mkdtemp(join(tmpdir(), "proxy-stored-"));
    await cp(join(place, version, "sessions"), folder, { recursive: true });
    const store = await openStore(folder);
    const proxy = await openProxy({ ...sdk, records: store.mcpSessions });
    try {
      const client = new TestClient(proxy.url, headers);
      expect((await client.post(callMessage(1, "subscribed"), { "x-user-id": "2" })).status).toBe(404);
      expect(await client.tool("subscribed")).toBe("test://a");
      const { events } = await client.call(2, "log");
      expect(events.flatMap(({ params }) => params?.level ?? [])).toEqual(["error"]);
    } finally {
      await proxy.close();
      await store.close();
      await rm(folder, { recursive: true });
    }
  });
});
