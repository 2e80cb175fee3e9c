import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { renderCompose } from "../../src/index.ts";
import { gatewayOf } from "../gateway.ts";

const folder = fileURLToPath(new URL("../golden-compose", import.meta.url));

/** A case is a file: a gateway.json, a line of dashes, and its rendering; `path-…` is by path, the others by subdomain. */
describe("compose/servers.yml", () => {
  test.each(readdirSync(folder))("%s", (name) => {
    const [input = "", output = ""] = readFileSync(join(folder, name), "utf8").split(/^-{10,}\n/m);
    const routing = name.startsWith("path-") ? "path" : "subdomain";
    expect(renderCompose(gatewayOf(input, { API_KEY: "k-1", FOLDER: "/srv" }), { routing })).toBe(output);
  });
});
