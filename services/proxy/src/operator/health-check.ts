import type { ServerResponse } from "node:http";
import { isInitialize, type Parsed, type Request, renderWithId } from "@gateway/protocol";
import { writeJson } from "../http/answers.ts";
import { Refusal } from "../http/refusal.ts";
import type { Probe } from "./probe.ts";

/** The `initialize` of a container's health check, told by the client's name; undefined for any other body. */
export function findHealthCheck({ batch, messages: [first] }: Parsed): Request | undefined {
  if (batch || !isInitialize(first)) return undefined;
  const { clientInfo } = first.params as { clientInfo?: { name?: unknown } };
  return clientInfo?.name === "healthcheck" ? first : undefined;
}

/** Answers it with what the probe's child answered: real, and without a session (decisions.md 10). */
export async function answerHealthCheck(res: ServerResponse, { idText }: Request, probe: Probe): Promise<void> {
  const verdict = await probe.check();
  if (!verdict.ready) throw new Refusal("server_not_ready", { idText });
  writeJson(res, 200, renderWithId(verdict.response, idText));
}
