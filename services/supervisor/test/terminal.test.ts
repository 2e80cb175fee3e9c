import { PassThrough } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { openTerminal } from "../src/terminal.ts";

function open() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = "";
  output.on("data", (chunk) => (shown += chunk));
  return { input, shown: () => shown, terminal: openTerminal(input as unknown as NodeJS.ReadStream, output) };
}

describe("a person at the terminal", () => {
  test("is asked, and answers with a line", async () => {
    const { input, terminal, shown } = open();
    const answer = terminal.ask("Name? ");
    input.write("octocat\r");
    expect(await answer).toBe("octocat");
    expect(shown()).toContain("Name? ");
  });

  test("types a secret that is not shown", async () => {
    const { input, terminal, shown } = open();
    const answer = terminal.askSecretly("Secret? ");
    input.write("canary\r");
    expect(await answer).toBe("canary");
    expect(shown()).toBe("Secret? \n");
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("gives up with %s", async (_key, key) => {
    const { input, terminal } = open();
    const answer = terminal.ask("Name? ");
    input.write(key);
    await expect(answer).rejects.toThrow("Nothing was done");
  });

  test("is gone when the input ends", async () => {
    const { input, terminal } = open();
    const answer = terminal.ask("Name? ");
    input.end();
    await expect(answer).rejects.toThrow("Nothing was done");
  });
});
