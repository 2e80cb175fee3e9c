import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
const rooms = ["packages", "services"].flatMap((floor) =>
  readdirSync(join(root, floor))
    .map((room) => `${floor}/${room}`)
    .filter((room) => existsSync(join(root, room, "package.json"))),
);

describe("the workspace", () => {
  // A forgotten reference is not reported by the compiler: the service builds alone and fails at run time.
  test.each(rooms)("%s references exactly the workspace packages it depends on", (room) => {
    const { dependencies = {} } = readJson(`${room}/package.json`) as { dependencies?: Record<string, string> };
    const wanted = Object.keys(dependencies)
      .filter((name) => name.startsWith("@gateway/"))
      .map((name) => name.replace("@gateway/", "packages/"));
    const { references = [] } = readJson(`${room}/tsconfig.json`) as { references?: { path: string }[] };
    expect(references.map(({ path }) => normalize(join(room, path))).sort()).toEqual(wanted.sort());
  });

  test("the root project builds every room and checks its tests", () => {
    const { references } = readJson("tsconfig.json") as { references: { path: string }[] };
    // A room of nothing but types has nothing to test.
    const tests = rooms.map((room) => `${room}/test`).filter((folder) => existsSync(join(root, folder)));
    expect(references.map(({ path }) => path)).toEqual(expect.arrayContaining([...rooms, ...tests]));
  });

  test("no service depends on another service", () => {
    const services = rooms
      .filter((room) => room.startsWith("services/"))
      .map((room) => room.replace("services/", "@gateway/"));
    for (const room of rooms) {
      const { dependencies = {} } = readJson(`${room}/package.json`) as { dependencies?: Record<string, string> };
      expect(Object.keys(dependencies).filter((name) => services.includes(name))).toEqual([]);
    }
  });

  test("docs/architecture.md names every room, and no other", () => {
    const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
    const firsts = [...page.matchAll(/^\| ([^|]+) \|/gm)].map(([, first]) => `${first}`);
    const named = firsts.flatMap((first) => [...first.matchAll(/`([\w/-]+\/[\w-]*)`/g)].map(([, name]) => `${name}`));
    expect(named.filter((name) => !name.endsWith("/")).sort()).toEqual([...rooms].sort());
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
});
