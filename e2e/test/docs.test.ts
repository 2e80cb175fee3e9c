import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "@jest/globals";
import { Gateway, ways } from "../src/gateway.ts";
import { titleOf } from "../src/page.ts";
import { PlainBrowser } from "../src/person.ts";
import { servers } from "../src/servers.ts";
import { testWith } from "../src/test-with.ts";
import { findValue, pastedBy, patternOf, stepsOf, type } from "../src/transcript.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** README.md and every page below docs/. */
async function pages(): Promise<string[]> {
  const docs = await readdir(join(root, "docs"), { recursive: true });
  return ["README.md", ...docs.filter((name) => name.endsWith(".md")).map((name) => join("docs", name))];
}

/** What we write of the program: code, tests and scripts. */
async function sources(): Promise<string[]> {
  const rooms = ["packages", "services", "e2e", "bench", "scripts", "compose"];
  const listed = rooms.map(async (room) =>
    (await readdir(join(root, room), { recursive: true })).map((name) => join(room, name)),
  );
  const files = (await Promise.all(listed)).flat();
  return files.filter((file) => /\.(ts|mjs|sh|yml|just)$/.test(file) && !/\/(node_modules|dist)\//.test(file));
}

/** The code of a page, in blocks and in lines. */
function codeOf(markdown: string): string[] {
  return (markdown.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? []).flatMap((code) => code.split("\n"));
}

let recipes: string[];
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...ways.just, "--summary"]);
  recipes = stdout.trim().split(" ");
});

test("every recipe that a page names is in the justfile", async () => {
  const named = [];
  for (const page of await pages()) {
    for (const line of codeOf(await readFile(join(root, page), "utf8"))) {
      for (const [, recipe] of line.matchAll(/\bjust (?!installed\b)([a-z][a-z-]*)/g)) named.push({ page, recipe });
    }
  }
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ recipe }) => !recipes.includes(`${recipe}`))).toEqual([]);
});

test("just alone lists every verb once, in groups, with a line on each", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...ways.just], {
    env: { ...process.env, NO_COLOR: "1" },
  });
  for (const group of ["gateway", "servers", "settings and health", "clients and tokens", "development"])
    expect(stdout).toContain(`[${group}]`);
  const verbs = [
    "up",
    "down",
    "restart",
    "build",
    "rebuild",
    "logs",
    "status",
    "render",
    "add",
    "remove",
    "setup",
    "check",
  ];
  for (const verb of [
    ...verbs,
    "doctor",
    "tokens",
    "clients",
    "users",
    "backup",
    "restore",
    "rotate-keys",
    "connect",
    "test",
    "bench",
  ])
    expect(stdout.match(new RegExp(`^ +${verb}( .*)? # \\S.*$`, "gm"))).toHaveLength(1);
});

test("docs/verbs.md names every recipe", async () => {
  const page = await readFile(join(root, "docs/verbs.md"), "utf8");
  expect(recipes.filter((recipe) => !page.includes(`\`just ${recipe}`) && !page.includes(`\`${recipe}`))).toEqual([]);
});

test("a name of the original project says the verb that docs/verbs.md gives for it", async () => {
  const page = await readFile(join(root, "docs/verbs.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)`[^|]*\| `just ([^`]+)`/gm)].map(([, name = "", verb = ""]) => ({
    name,
    verb,
  }));
  const originals = await readFile(join(root, "scripts/original-names.just"), "utf8");
  const names = [...originals.matchAll(/^([a-z-]+)(?: \*ARGS)?: _ready$/gm)].map(([, name]) => name);
  expect(rows.map(({ name }) => name).sort()).toEqual(names.sort());
  const { stdout } = await promisify(execFile)(process.execPath, [...ways.just, "--dump", "--dump-format", "json"]);
  const dump = JSON.parse(stdout) as { recipes: Record<string, { body: string[][] }> };
  for (const { name, verb } of rows) {
    // `just check` has parts for developers before the one that is meant.
    expect(dump.recipes[name]?.body.flat().join("\n")).toMatch(new RegExp(`dist/main\\.js ${verb}( "\\$@")?$`, "m"));
  }
});

test("every file of the project that a page names or links to is there", async () => {
  const missing = [];
  for (const page of await pages()) {
    const text = await readFile(join(root, page), "utf8");
    const named = [...text.matchAll(/`((?:services|packages|scripts|e2e|bench)\/[\w./-]+\.\w+)`/g)].map(
      ([, file]) => file,
    );
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, file]) => join(dirname(page), `${file}`));
    missing.push(
      ...[...named, ...linked].filter((file) => !existsSync(join(root, `${file}`))).map((file) => ({ page, file })),
    );
  }
  expect(missing).toEqual([]);
});

test("every decision that the code or a page names is among those of docs/decisions", async () => {
  const folder = join(root, "docs/decisions");
  const withFile = (await readdir(folder)).flatMap((name) => /^\d+(?=-)/.exec(name) ?? []);
  const withLine = [...(await readFile(join(folder, "README.md"), "utf8")).matchAll(/^\| (\d+) \|/gm)].map(
    ([, n]) => n,
  );
  const known = new Set([...withFile, ...withLine].map(Number));
  const unknown = [];
  for (const file of [...(await sources()), ...(await pages())]) {
    const text = await readFile(join(root, file), "utf8");
    for (const [, number] of text.matchAll(/\bdecision (\d+)\b/g))
      if (!known.has(Number(number))) unknown.push({ file, number });
  }
  expect(unknown).toEqual([]);
});

test("the README's two commands are the recipes that start the gateway and run the tests", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  expect(readme).toMatch(/^npx -y rust-just up\b/m);
  expect(readme).toMatch(/^npx -y rust-just test\b/m);
});

testWith("/proc", "curl")("the README's first connection is what happens", async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const declaration = {
    mcpServers: { "mcp-memory": servers.memory, "mcp-everything-stdio": servers["everything-stdio"] },
  };
  await using gateway = await Gateway.start({ edge: "the edge", declaration });
  const pasted = new Map<string, string>();
  let answer = "";
  for (const step of stepsOf(readme.replaceAll("http://localhost:8080", gateway.origin))) {
    const name = pastedBy(step);
    if (name !== undefined) {
      const seen = name === "code" ? await openInBrowser(answer, gateway.origin, readme) : answer;
      pasted.set(name, findValue(name, seen) ?? `no ${name} in ${seen}`);
      continue;
    }
    answer = await type(step.command, pasted);
    expect(`${answer}\n`).toMatch(patternOf(step.shown));
  }
  expect([...pasted.keys()]).toEqual(["client_id", "code", "access_token", "mcp_session_id"]);
});

/** What the reader does in a browser; gives the code that the last page shows. */
async function openInBrowser(url: string, origin: string, readme: string): Promise<string> {
  const { callback, pages } = await new PlainBrowser().visit(url, `${origin}/success`);
  const last = await (await fetch(callback)).text();
  const titles = [...pages.map(({ title }) => title), titleOf(last)].map((title) => title.replace(/ · .*/, ""));
  expect(titles).toHaveLength(3);
  for (const title of titles) expect(readme).toContain(`“${title}”`);
  return `"code":"${/<pre class="code"[^>]*>([^<]+)/.exec(last)?.[1]}"`;
}
