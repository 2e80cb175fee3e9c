import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { endSubprocess, type Guardian, openGuardian, startSubprocess } from "../src/index.ts";

const env = { PATH: process.env.PATH ?? "", OWN: "value" };
const folder = mkdtempSync(join(tmpdir(), "subprocess-"));
let guardian: Guardian;
beforeAll(async () => {
  guardian = await openGuardian();
});
afterAll(async () => {
  await guardian.close();
  rmSync(folder, { recursive: true });
});

const start = (...command: [string, ...string[]]) => startSubprocess({ command, env, guardian });
const outputOf = async (...command: [string, ...string[]]) => {
  const child = await start(...command);
  const output = await text(child.stdout);
  await endSubprocess(child);
  return output;
};

describe("starting a child", () => {
  test("hands arguments over exactly, without a shell", async () => {
    const args = ["a b", "$HOME", "; touch pwned", "`id`", '"', "", "*"];
    const print = "console.log(JSON.stringify(process.argv.slice(1)))";
    expect(JSON.parse(await outputOf(process.execPath, "-e", print, ...args))).toEqual(args);
  });

  test("gives it the environment it was given and the guardian's mark, nothing else", async () => {
    const names = (await outputOf("env")).split("\n").map((line) => line.split("=")[0]);
    expect(names.filter(Boolean).sort()).toEqual(["GATEWAY_CHILD", "OWN", "PATH"]);
  });

  test("gives it none of our descriptors but its three pipes", async () => {
    const file = openSync(join(folder, "secret"), "w");
    const descriptors = await outputOf("sh", "-c", "for fd in /proc/$$/fd/*; do readlink $fd; done");
    closeSync(file);
    expect(descriptors).not.toContain("secret");
    expect(descriptors.match(/^socket:/gm)).toHaveLength(3);
  });

  test("makes it the leader of its own group", async () => {
    const script = '[ "$(ps -o pgid= -p $$ | tr -d " ")" = $$ ] && echo leader';
    expect(await outputOf("sh", "-c", script)).toBe("leader\n");
  });

  test.each([
    ["uvx", /needs uvx: install uv/],
    ["npx", /needs npx: install Node/],
    ["no-such-server", /check the spelling of "no-such-server"/],
    ["npx -y some-server", /"npx -y some-server" is taken as one program's name: its arguments go into "args"/],
  ])("says what is missing when there is no %s", async (command, hint) => {
    const attempt = startSubprocess({ command: [command], env: { PATH: folder }, guardian });
    await expect(attempt).rejects.toMatchObject({
      code: "COMMAND_NOT_FOUND",
      command,
      hint: expect.stringMatching(hint),
    });
  });

  test("names a program that is not executable", async () => {
    const file = join(folder, "plain.txt");
    writeFileSync(file, "text");
    await expect(start(file)).rejects.toMatchObject({
      code: "CANNOT_START",
      message: expect.stringContaining("not exec"),
    });
  });

  test("names a working directory that does not exist", async () => {
    const attempt = startSubprocess({ command: ["true"], env, guardian, cwd: join(folder, "gone") });
    await expect(attempt).rejects.toThrow(/working directory .*gone does not exist/);
  });

  test("refuses an argument with a NUL byte", async () => {
    await expect(start("echo", "a\0b")).rejects.toMatchObject({ code: "CANNOT_START" });
  });

  test("drains standard error and keeps its end", async () => {
    const child = await start("sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo last words >&2");
    await child.exited;
    await endSubprocess(child);
    expect(child.stderrTail()).toHaveLength(8_191); // 8 KiB, its last line end trimmed
    expect(child.stderrTail()).toMatch(/xlast words$/);
  });
});
