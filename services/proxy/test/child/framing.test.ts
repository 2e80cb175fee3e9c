import { PassThrough } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readLines } from "../../src/child/framing.ts";
import { reportNoise } from "../../src/child/noise.ts";

async function linesOf(chunks: Buffer[], limit = 1_000): Promise<{ lines: string[]; overflows: number }> {
  const stream = new PassThrough();
  const lines: string[] = [];
  let overflows = 0;
  readLines(stream, limit, {
    onLine: (line) => lines.push(Buffer.concat(line).toString("utf8")),
    onOverflow: () => {
      overflows += 1;
    },
  });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once("close", resolve));
  return { lines, overflows };
}

describe("splitting a child's output into lines", () => {
  test("does not depend on where chunks end, not even within a character", async () => {
    const line = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", ""));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        async (lines, sizes) => {
          const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] as number;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          const expected = lines.map((each) => Buffer.from(each).toString("utf8"));
          expect(await linesOf(chunks, 1_000_000)).toEqual({ lines: expected, overflows: 0 });
        },
      ),
      { numRuns: 50 },
    );
  });

  test("tells once of a line beyond the limit, and reads nothing after it", async () => {
    const chunks = ["short\n", "x".repeat(60), "x".repeat(60), "\nlater\n"].map((text) => Buffer.from(text));
    expect(await linesOf(chunks, 100)).toEqual({ lines: ["short"], overflows: 1 });
    expect(await linesOf([Buffer.from(`${"x".repeat(101)}\n`)], 100)).toEqual({ lines: [], overflows: 1 });
    expect((await linesOf([Buffer.from(`${"x".repeat(100)}\n`)], 100)).lines).toHaveLength(1);
  });

  test("leaves an unfinished last line out", async () => {
    expect((await linesOf([Buffer.from("a\nb")])).lines).toEqual(["a"]);
  });
});

describe("noise on a child's output", () => {
  test("is logged ten times a minute, then counted; what may be a message is not shown", () => {
    const logged: (Record<string, unknown> | undefined)[] = [];
    const warn = (_event: string, fields?: Record<string, unknown>) => void logged.push(fields);
    let now = 0;
    const metrics = { skippedLines: 0 };
    const report = reportNoise({ metrics, logger: { warn, error: warn, info: warn, debug: warn } }, () => now);
    report('{"secret":');
    for (let times = 0; times < 100; times += 1) report("starting…");
    expect(logged).toHaveLength(10);
    expect(logged[0]).toEqual({ length: 10, text: undefined });
    expect(logged[1]).toEqual({ length: 9, text: "starting…" });
    now += 60_000;
    report("again");
    expect(logged.slice(10)).toEqual([{ lines: 91 }, { length: 5, text: "again" }]);
    expect(metrics.skippedLines).toBe(102);
  });
});
