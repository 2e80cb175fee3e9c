import { type ErrorContent, renderErrorResponse } from "../json-rpc/errors.ts";
import type { Params, Response } from "../json-rpc/message.ts";
import type { Step, Told, Translation, Waiting } from "./translation.ts";

/** A step in which only what is named happens. Pure. */
export function step(state: Translation, happens: Partial<Omit<Step, "state">> = {}): Step {
  return { state, toServer: [], toClient: [], pauses: [], ...happens };
}

/** One step, and then another from where it led. Pure. */
export function andThen(first: Step, next: (state: Translation) => Step): Step {
  const second = next(first.state);
  return {
    state: second.state,
    toServer: [...first.toServer, ...second.toServer],
    toClient: [...first.toClient, ...second.toClient],
    pauses: [...first.pauses, ...second.pauses],
  };
}

const beforeId = '{"jsonrpc":"2.0","id":';

/** The answer to a client's request. Pure. @param text the result as JSON @param parsed the same, as far as it is looked at */
export function answered({ id, idText }: Waiting, text: string, parsed: Params = {}): Told {
  const idSpan = { start: beforeId.length, end: beforeId.length + idText.length };
  const message: Response = {
    kind: "response",
    id,
    result: parsed,
    text: `${beforeId}${idText},"result":${text}}`,
    idSpan,
  };
  return { message, about: undefined };
}

/** The answer that a client's request failed. Pure. */
export function failed({ id, idText }: Waiting, error: ErrorContent): Told {
  return {
    message: { kind: "response", id, result: undefined, text: renderErrorResponse(idText, error) },
    about: undefined,
  };
}
