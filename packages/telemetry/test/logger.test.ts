import { PassThrough } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { createLogger } from "../src/index.ts";

function logTo(): { logger: ReturnType<typeof createLogger>; lines: () => Record<string, unknown>[] } {
  const stream = new PassThrough();
  const logger = createLogger({ service: "auth", level: "info", stream });
  return {
    logger,
    lines: () =>
      String(stream.read() ?? "")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe("the logger", () => {
  test("writes one JSON line an event, with time, level and service", () => {
    const { logger, lines } = logTo();
    logger.info("session created", { sessions: 3, note: "two\nlines" });
    expect(lines()).toEqual([
      {
        time: expect.any(String),
        level: "info",
        service: "auth",
        event: "session created",
        sessions: 3,
        note: "two\nlines",
      },
    ]);
  });

  test.each(["authorization", "Cookie", "access_token", "client_secret", "code", "state", "codeVerifier"])(
    "does not write the value of a field called %s, also when nested",
    (name) => {
      const { logger, lines } = logTo();
      logger.info("request", { headers: { [name]: "canary" } });
      expect(JSON.stringify(lines())).not.toContain("canary");
    },
  );

  test("keeps an error's message, code and cause, and drops its stack", () => {
    const { logger, lines } = logTo();
    logger.error("store failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
    expect(lines()[0]).toMatchObject({ cause: { message: "refused", code: "ECONNREFUSED" } });
  });

  test("is silent below its level", () => {
    const { logger, lines } = logTo();
    logger.debug("noise");
    expect(lines()).toEqual([]);
  });
});
