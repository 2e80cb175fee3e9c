import { LeakedCredential } from "@gateway/canary";
import { expect, test } from "@jest/globals";
import { openTestGateway } from "./fixtures/gateway.ts";
import { connect } from "./fixtures/person.ts";
import { startAuth } from "./fixtures/running-auth.ts";
import { openLog, seen } from "./fixtures/watched-log.ts";

test("what a client was given or sent is known, so that it is missed in no log", async () => {
  await using gateway = await openTestGateway();
  const { client, redirect, tokens } = await connect(gateway.browser());
  const secrets = [tokens.access_token, tokens.refresh_token, redirect.searchParams.get("code") ?? ""];
  for (const secret of [...secrets, client.registration_access_token]) expect(seen.find(secret)).not.toEqual([]);
  await using auth = await startAuth();
  await auth.fetch("/verify", ["Authorization", "Bearer canary-of-a-header"]);
  expect(seen.find("canary-of-a-header")).not.toEqual([]);
});

test("a credential in a log is found there, and not shown", () => {
  const log: string[] = [];
  seen.add("token", "canary-in-a-log");
  // Written past the log that this file is searched for at its end.
  log.push(JSON.stringify({ event: "x", fields: "canary-in-a-log" }));
  expect(() => seen.requireNoneIn({ log: log.join("") })).toThrow(LeakedCredential);
  expect(() => seen.requireNoneIn({ log: log.join("") })).not.toThrow("canary-in-a-log");
});

test("the log of tests is the service's own, at debug", () => {
  const log: string[] = [];
  openLog(log).debug("event", { token: "hidden", count: 1 });
  expect(JSON.parse(log.join(""))).toMatchObject({ level: "debug", event: "event", token: "[redacted]", count: 1 });
});
