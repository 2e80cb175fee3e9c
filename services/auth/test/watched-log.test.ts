import { expect, test } from "@jest/globals";
import { openTestGateway } from "./fixtures/gateway.ts";
import { connect } from "./fixtures/person.ts";
import { startAuth } from "./fixtures/running-auth.ts";
import { seen } from "./fixtures/watched-log.ts";

test("what a client was given or sent is known, so that it is missed in no log", async () => {
  await using gateway = await openTestGateway();
  const { client, redirect, tokens } = await connect(gateway.browser());
  const secrets = [tokens.access_token, tokens.refresh_token, redirect.searchParams.get("code") ?? ""];
  for (const secret of [...secrets, client.registration_access_token]) expect(seen.find(secret)).not.toEqual([]);
  await using auth = await startAuth();
  await auth.fetch("/verify", ["Authorization", "Bearer canary-of-a-header"]);
  expect(seen.find("canary-of-a-header")).not.toEqual([]);
});
