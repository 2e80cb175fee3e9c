import { describe, expect, test } from "@jest/globals";
import type { ServerRow } from "../src/domain/server-state.ts";
import { openScreen } from "../src/screen.ts";

const rows = (...kinds: ("starting" | "ready")[]): ServerRow[] =>
  kinds.map((kind, index) => ({ name: `s${index}`, state: { kind }, endpoint: `http://x/s${index}` }));

function output(terminal: { isTTY: boolean; columns: number; rows: number }) {
  const written: string[] = [];
  return { ...terminal, written, write: (text: string) => written.push(text) > 0 };
}

describe("the table of servers", () => {
  test("is drawn over on a terminal", () => {
    const terminal = output({ isTTY: true, columns: 80, rows: 24 });
    const screen = openScreen(terminal);
    screen.showTable(rows("starting", "starting"));
    screen.showTable(rows("starting", "ready"));
    expect(terminal.written[1]).toBe("\x1b[3A\x1b[J");
    expect(terminal.written[2]).toContain("s1      ready");
  });

  test("is not drawn over when something was printed since, or where it does not fit", () => {
    for (const size of [24, 2]) {
      const terminal = output({ isTTY: true, columns: 80, rows: size });
      const screen = openScreen(terminal);
      screen.showTable(rows("starting"));
      if (size === 24) screen.print(["Ending …"]);
      screen.showTable(rows("ready"));
      expect(terminal.written.join("")).not.toContain("\x1b");
      expect(terminal.written.at(-1)).toBe("s0: ready  http://x/s0\n");
    }
  });

  test("is followed by a line a change elsewhere", () => {
    const file = output({ isTTY: false, columns: 0, rows: 0 });
    const screen = openScreen(file);
    screen.showTable(rows("starting", "starting"));
    screen.showTable(rows("starting", "ready"));
    screen.showTable(rows("starting", "ready"));
    expect(file.written.slice(1).join("")).toBe("s1: ready  http://x/s1\n");
  });
});
