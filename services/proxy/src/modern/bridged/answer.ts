import { declares, filterToolList, modernMethod, pagesOf, type Response, toModernAnswer } from "@gateway/protocol";
import type { Asked } from "../asked.ts";
import type { Exchange } from "../exchange.ts";
import { askToOpen } from "../replay.ts";
import type { RequestStates } from "../request-states.ts";

/** The legacy child that answers. */
interface Answering {
  readonly id: string;
  /** Its `serverInfo`, as it gave it in the handshake. */
  readonly serverInfo: unknown;
  readonly states: RequestStates;
}

/** What a client declares that can have its user open a page. */
const canOpen = { elicitation: { url: {} } };

/** Answers a call's client in its own wire. */
export function answerBridged(asked: Asked, response: Response, exchange: Exchange, child: Answering): void {
  const { idText, method, isToolAllowed, envelope } = asked;
  const isFiltered = method === "tools/list" && isToolAllowed !== undefined;
  const shown = isFiltered ? filterToolList(response, isToolAllowed) : response;
  const mayOpen = modernMethod(method)?.mayAskForInput === true && declares(envelope.capabilities, canOpen);
  const pages = mayOpen ? pagesOf(response) : undefined;
  if (pages !== undefined) return void exchange.answer(askToOpen(asked, pages, child.id, child.states));
  const context = { idText, method, serverInfo: child.serverInfo, capabilities: envelope.capabilities };
  const { text, status } = toModernAnswer(shown, context);
  exchange.answer(text, status);
}
