import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { renderTraefik } from "../../src/index.ts";
import { tableOf } from "../gateway.ts";

const folder = fileURLToPath(new URL("../golden", import.meta.url));
const options = {
  base: "",
  address: "127.0.0.1:8080",
  selfAddress: "127.0.0.1:8082",
  dynamicFile: "/run/dynamic.yml",
  awayUrl: "http://127.0.0.1:8083",
};

/** A case is a file: a gateway.json, a line of dashes, and what it becomes for Traefik. A new case is a new file. */
describe("Traefik's dynamic configuration", () => {
  test.each(readdirSync(folder))("%s", (name) => {
    const [input = "", output = ""] = readFileSync(join(folder, name), "utf8").split(/^-{10,}\n/m);
    expect(renderTraefik(tableOf(input), options).dynamicConfig).toBe(output);
  });
});
