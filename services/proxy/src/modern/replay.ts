import {
  judgePages,
  type Page,
  type Request,
  type RequestState,
  renderModernError,
  renderNotOpened,
  renderPagesRequired,
} from "@gateway/protocol";
import type { Asked } from "./asked.ts";
import type { Exchange } from "./exchange.ts";
import type { RequestStates } from "./request-states.ts";

/** What the client of a request is to have opened, and the state with which it makes the request once more. */
export function askToOpen(
  { idText, binding }: Asked,
  pages: readonly Page[],
  child: string,
  states: RequestStates,
): string {
  const state = states.sealOnce({ ...binding(), kind: "replay", child, inner: JSON.stringify(pages) });
  return renderPagesRequired(idText, pages, state);
}

/**
 * Whether a request may be made once more, since its user has opened all that the server wants opened (mcp-wire.md §4.2,
 * −32042). Otherwise it has been answered.
 */
export function mayReplay(
  state: RequestState,
  { method, params }: Request,
  asked: Asked,
  exchange: Exchange,
  states: RequestStates,
): boolean {
  const pages = JSON.parse(state.inner ?? "[]") as Page[];
  const answer = judgePages(pages, params);
  if (answer === "accepted") return true;
  if (answer === "malformed") exchange.answer(renderModernError(asked.idText, malformed));
  else if (answer === "refused") {
    states.spend(state);
    exchange.answer(renderNotOpened(asked.idText, method));
  } else {
    states.spend(state);
    exchange.answer(askToOpen(asked, pages, state.child ?? "", states));
  }
  return false;
}

const malformed = { code: -32602, message: "inputResponses is not an answer to what was asked" };
