import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Guardian, isGroupRunning, openGuardian } from "@gateway/subprocess";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openLogFile } from "../src/log-file.ts";
import { type End, type Supervised, supervise } from "../src/supervised.ts";
import { until } from "./fixtures/gateway.ts";

const program = fileURLToPath(new URL("./fixtures/lives.mjs", import.meta.url));
let folder = "";
let guardian: Guardian;
let supervised: Supervised | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gateway-supervised-"));
  guardian = await openGuardian();
});
afterEach(async () => {
  await supervised?.stop();
  await guardian.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Supervises a command; `next` gives the next thing that happens to it. */
function watch(command: readonly [string, ...string[]]) {
  const events: ("up" | End)[] = [];
  let wake = () => {};
  const happened = (event: "up" | End) => {
    events.push(event);
    wake();
  };
  supervised = supervise(
    { name: "s", command, env: {}, cwd: folder, endWaits: { stdin: 2_000, terminate: 1_000 } },
    {
      guardian,
      processEnv: process.env,
      log: openLogFile(join(folder, "s.log")),
      onUp: () => happened("up"),
      onDown: happened,
    },
  );
  const next = async (): Promise<"up" | End> => {
    if (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return events.shift() as "up" | End;
  };
  return { supervised, next };
}

const lives = () => readFileSync(join(folder, "lives"), "utf8").trim().split("\n");
const alive = (how: string): [string, ...string[]] => [process.execPath, program, join(folder, "lives"), how];

describe("a supervised process", () => {
  test("begins anew at once when it is asked to, also in the pause after a death", async () => {
    const { supervised, next } = watch(alive("stay"));
    expect(await next()).toBe("up");
    const first = supervised.pid();
    supervised.restart();
    expect(await next()).toMatchObject({ reason: "restarted on request" });
    expect(await next()).toBe("up");
    const second = supervised.pid() as number;
    expect(second).not.toBe(first);
    process.kill(second, "SIGKILL");
    expect(await next()).toMatchObject({ reason: "ended by SIGKILL" });
    supervised.restart();
    expect(await next()).toBe("up");
    expect(supervised.restarts()).toBe(2);
  });

  test("is started again after it was killed", async () => {
    const { supervised, next } = watch(alive("stay"));
    expect(await next()).toBe("up");
    const first = supervised.pid() as number;
    process.kill(first, "SIGKILL");
    expect(await next()).toMatchObject({ reason: "ended by SIGKILL" });
    expect(await next()).toBe("up");
    expect(supervised.pid()).not.toBe(first);
    expect(supervised.restarts()).toBe(1);
  });

  test("tells why it died: exit code and last words", async () => {
    const { next } = watch(alive("die"));
    expect(await next()).toBe("up");
    expect(await next()).toEqual({ reason: "exited with code 3: the reason", output: "first line\nthe reason" });
  });

  test("whose program is missing is told with what to do", async () => {
    const { next } = watch(["no-such-program"]);
    expect(await next()).toMatchObject({ reason: expect.stringContaining("command not found: no-such-program") });
  });

  test("ends when its input ends, and is not started again", async () => {
    const { supervised, next } = watch(alive("stay"));
    await next();
    await until(() => (existsSync(join(folder, "lives")) ? true : undefined)); // else it may end before it began
    const pid = supervised.pid() as number;
    await supervised.stop();
    expect(isGroupRunning(pid)).toBe(false);
    expect(lives()).toHaveLength(1);
  });

  test("that waits for its next life is not started any more once stopped", async () => {
    const { supervised, next } = watch(alive("die"));
    await next();
    await next();
    await supervised.stop();
    expect(lives()).toHaveLength(1);
  });

  test("can be killed without asking", async () => {
    const { supervised, next } = watch(alive("stay"));
    await next();
    const pid = supervised.pid() as number;
    supervised.kill();
    await supervised.stop();
    expect(isGroupRunning(pid)).toBe(false);
  });
});
