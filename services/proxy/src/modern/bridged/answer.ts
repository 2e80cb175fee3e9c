import { declares, filterToolList, modernMethod, pagesOf, type Response, toModernAnswer } from "@gateway/protocol";
import type { CacheHints } from "../../configuration/proxy-config.ts";
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
  /** How long results hold, where it does not say it. */
  readonly cache: CacheHints;
}

/** What a client declares that can have its user open a page. */
const canOpen = { elicitation: { url: {} } };

/** Answers a call's client in its own wire. */
export function answerBridged(asked: Asked, response: Response, exchange: Exchange, child: Answering): void {
  const { idText, method, isToolAllowed, isLimited, isRetry, envelope } = asked;
  const isFiltered = method === "tools/list" && isToolAllowed !== undefined;
  const shown = isFiltered ? filterToolList(response, isToolAllowed) : response;
  const mayOpen = modernMethod(method)?.mayAskForInput === true && declares(envelope.capabilities, canOpen);
  const pages = mayOpen ? pagesOf(response) : undefined;
  if (pages !== undefined) return void exchange.answer(askToOpen(asked, pages, child.id, child.states));
  const caching = { isLimited: isFiltered && isLimited, isRetry, fallback: child.cache.get(method) };
  const context = { idText, method, serverInfo: child.serverInfo, capabilities: envelope.capabilities, caching };
  const { text, status } = toModernAnswer(shown, context);
  exchange.answer(text, status);
}
