import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@gateway/config/auth";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readResourcesFile } from "../src/resources-file.ts";
import { signingClient } from "./fixtures/signing-client.ts";

describe("the file of MCP servers that auth reads", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "resources-"));
    file = join(folder, "resources.json");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (resources: unknown) => {
    await writeFile(file, typeof resources === "string" ? resources : JSON.stringify(resources));
    return await readResourcesFile(file);
  };
  const whole = { strictResource: false, servers: [] };
  const { jwks } = signingClient();
  const vouching = (keys: unknown) => ({
    ...whole,
    registration: { softwareStatements: [{ issuer: "https://vendor.example", jwks: keys }] },
  });

  test("is read whole, with the keys of those who vouch for software", async () => {
    expect(await read(vouching(jwks))).toEqual(vouching(jwks));
  });

  test.each([
    ["that is no JSON", "{", "the file"],
    ["with a key that nobody knows", { ...whole, registrations: true }, "the file"],
    [
      "with a client that is answered nowhere safe",
      { ...whole, clients: [{ clientId: "app", redirectUris: ["http://app.example/"], introspect: false }] },
      "gateway.clients (app)",
    ],
    [
      "with a private key of one who vouches for software",
      vouching({ keys: [{ ...jwks.keys[0], d: "secret" }] }),
      "gateway.registration.softwareStatements (https://vendor.example)",
    ],
  ])("is refused %s, with the place", async (_what, resources, at) => {
    const error = await read(resources).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems[0]?.at).toBe(at);
  });

  test("is refused where it cannot be read, by the name of its variable", async () => {
    await expect(readResourcesFile(join(folder, "none.json"))).rejects.toThrow("RESOURCES_FILE");
  });
});
