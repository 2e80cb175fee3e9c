import type { ResourceServer } from "@gateway/registry";
import { expect, test } from "@jest/globals";
import { nextStep } from "../../src/domain/next-step.ts";

const resource = "http://localhost:8080/a/mcp";
const server: ResourceServer = { name: "a", title: "a", identifiers: [resource] };
const other: ResourceServer = { name: "b", title: "b", identifiers: ["http://localhost:8080/b/mcp"] };
const day = 86_400;
const base = {
  request: { resource } as { resource?: string; prompt?: string },
  isSignedIn: true,
  usable: [server, other],
  named: server as ResourceServer | undefined,
  consentGivenAt: undefined as number | undefined,
  now: 100 * day,
};

test.each([
  ["nobody is signed in", { isSignedIn: false }, { step: "sign-in" }],
  ["prompt=login", { request: { resource, prompt: "login" } }, { step: "sign-in" }],
  ["prompt=select_account", { request: { resource, prompt: "select_account" } }, { step: "sign-in" }],
  [
    "prompt=none, nobody signed in",
    { isSignedIn: false, request: { resource, prompt: "none" } },
    { step: "refuse", error: "login_required" },
  ],
  ["prompt=none, no consent", { request: { resource, prompt: "none" } }, { step: "refuse", error: "consent_required" }],
  ["not this person's server", { usable: [other] }, { step: "refuse", error: "access_denied" }],
  ["a server that is gone", { named: undefined }, { step: "refuse", error: "access_denied" }],
  ["no server at all to choose", { request: {}, usable: [] }, { step: "refuse", error: "access_denied" }],
  ["never agreed to", {}, { step: "consent", choices: [server] }],
  ["agreed to 30 days ago", { consentGivenAt: 70 * day }, { step: "consent", choices: [server] }],
  [
    "prompt=consent, agreed to yesterday",
    { consentGivenAt: 99 * day, request: { resource, prompt: "consent" } },
    { step: "consent", choices: [server] },
  ],
  ["no server named", { request: {}, named: undefined }, { step: "consent", choices: [server, other] }],
  ["agreed to yesterday", { consentGivenAt: 99 * day }, { step: "issue-code", resource }],
  [
    "prompt=none, agreed to yesterday",
    { consentGivenAt: 99 * day, request: { resource, prompt: "none" } },
    { step: "issue-code", resource },
  ],
])("%s", (_what, change, expected) => {
  expect(nextStep({ ...base, ...change })).toEqual(expected);
});
