import { describe, expect, test } from "@jest/globals";
import { LeakedCredential, watchLog } from "../src/index.ts";

describe("the log of a test file", () => {
  function watched() {
    const atEnd: (() => void)[] = [];
    return { ...watchLog("auth", (search) => void atEnd.push(search)), end: () => atEnd[0]?.() };
  }

  test("with a credential in it fails the file at its end, without showing it", () => {
    const { seen, openLog, end } = watched();
    seen.add("token", "canary-in-a-log");
    openLog().info("event", { field: "canary-in-a-log" });
    expect(end).toThrow(LeakedCredential);
    expect(end).not.toThrow("canary-in-a-log");
  });

  test("is searched with what a process of its own has printed", () => {
    const { seen, keepForSearch, end } = watched();
    seen.add("token", "canary-in-a-log");
    keepForSearch(Buffer.from("… canary-in-a-log …"));
    expect(end).toThrow(LeakedCredential);
  });

  test("without one passes", () => {
    const { seen, openLog, end } = watched();
    seen.add("token", "canary-in-a-log");
    openLog().info("event", { token: "canary-in-a-log" }); // redacted by its name
    expect(end).not.toThrow();
  });

  test("is the service's own, at debug", () => {
    const log: string[] = [];
    watched().openLog(log).debug("event", { token: "hidden", count: 1 });
    expect(JSON.parse(log.join(""))).toMatchObject({
      service: "auth",
      level: "debug",
      event: "event",
      token: "[redacted]",
      count: 1,
    });
  });
});
