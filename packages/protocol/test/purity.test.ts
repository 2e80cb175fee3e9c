import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const folder = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const sources = files.map((file) => [file, readFileSync(`${folder}${file}`, "utf8")] as const);

/** Of Node's, what computes alone. */
const computing = ["node:buffer", "node:crypto"];
/** What another moment, process or machine would answer otherwise, or later. */
const impure =
  /\b(Date|performance|process|fetch|console|WebSocket|Worker|navigator|setTimeout|setInterval|setImmediate|queueMicrotask|async|await|Promise|random\w*)\b|\b(require|import)\s*\(/;

const withoutComments = (source: string) => source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(?<!:)\/\/.*$/gm, "");
const importsOf = (source: string) => [...source.matchAll(/\bfrom "([^"]+)"/g)].map(([, name]) => String(name));

/** A name that texts cannot guess, so that none of them can pass for a mark: nothing that is told depends on which it is. */
const exceptions: Readonly<Record<string, RegExp>> = { "json/abridged.ts": /\brandomBytes\b/g };

describe("what translates messages does nothing else", () => {
  test.each(sources)("%s", (file, source) => {
    const foreign = importsOf(source).filter((name) => !name.startsWith(".") && !computing.includes(name));
    expect(foreign).toEqual([]);
    const code = withoutComments(source).replace(exceptions[file] ?? /$^/, "");
    expect(impure.exec(code)?.[0]).toBeUndefined();
  });

  test("and all of it is looked at", () =>
    expect(files).toEqual(expect.arrayContaining(["index.ts", "json/spans.ts"])));
});
