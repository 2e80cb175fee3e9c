import {
  declares,
  errorCodes,
  filterToolList,
  hasExtension,
  longestRequestState,
  type ModernMethod,
  modernErrorCodes,
  modernMethod,
  type Params,
  type Response,
  renderModernError,
  renderModernResult,
  renderWithRequestState,
  requiredCapability,
  tasksExtension,
  toldError,
} from "@gateway/protocol";
import type { Logger } from "@gateway/telemetry";
import type { CacheHints } from "../configuration/proxy-config.ts";
import type { Asked } from "./asked.ts";
import type { Exchange } from "./exchange.ts";
import type { RequestStates } from "./request-states.ts";

/** The modern child that answers. */
interface Answering {
  /** It serves all users: nothing of it may be kept for others than who asked. */
  readonly isShared: boolean;
  readonly states: RequestStates;
  /** What holds of results where it says nothing. */
  readonly cache: CacheHints;
  readonly logger: Logger;
}

/**
 * Answers a call's client by what its server said, which has its wire (mcp-wire.md §2.4).
 * @param age milliseconds since it was asked that
 */
export function answerNative(asked: Asked, response: Response, exchange: Exchange, child: Answering, age = 0): void {
  const { idText, method, isToolAllowed, isLimited, isRetry, envelope } = asked;
  const { result } = response;
  if (result === undefined) {
    const { text, status } = toldError(response, idText);
    return void exchange.answer(text, status);
  }
  if (result.resultType === "input_required") return void askForInput(asked, response, exchange, child);
  if (!isKnownType(result.resultType, envelope.capabilities)) {
    child.logger.warn("the MCP server answers with a result of a type that its client does not know", { method });
    return void exchange.answer(
      renderFault(idText, "The MCP server answered with a result of a type that is not known"),
    );
  }
  const isFiltered = method === "tools/list" && isToolAllowed !== undefined;
  const shown = isFiltered ? filterToolList(response, isToolAllowed) : response;
  const fallback = child.cache.get(method);
  const caching = { isLimited: child.isShared || (isFiltered && isLimited), isRetry, age, fallback };
  exchange.answer(renderModernResult(shown, idText, method, caching));
}

/** Asks the client, if it may be asked that, under a state that is bound to it (mcp-wire.md §4.4). */
function askForInput(asked: Asked, response: Response, exchange: Exchange, { states, logger }: Answering): void {
  const { idText, method, envelope, binding } = asked;
  const { inputRequests = {}, requestState } = response.result as Params;
  const known: ModernMethod | undefined = modernMethod(method);
  const missing = known?.mayAskForInput ? missingCapability(inputRequests, envelope.capabilities) : {};
  if (missing !== undefined) {
    logger.warn("the MCP server asks its client what it may not ask", { method });
    return void exchange.answer(...renderMayNotAsk(idText, missing));
  }
  const inner = typeof requestState === "string" ? { inner: requestState } : {};
  // One of the two must be there (mcp-wire.md §2.5): the client would come back with nothing, again and again.
  if (Object.keys(inputRequests as object).length === 0 && inner.inner === undefined) {
    logger.warn("the MCP server asks its client for input and does not say for which", { method });
    return void exchange.answer(renderFault(idText, "The MCP server asks for input and does not say for which"));
  }
  const token = states.sealOnce({ ...binding(), kind: "relay", ...inner });
  if (token.length > longestRequestState) {
    logger.warn("the MCP server gives its client a requestState that is too long", { method });
    return void exchange.answer(
      renderFault(idText, "The MCP server gives a requestState that is too long to come back"),
    );
  }
  exchange.answer(renderWithRequestState(response, idText, token));
}

/** Extensions that both sides know may add types; older servers give none. */
function isKnownType(resultType: unknown, capabilities: Params): boolean {
  if (resultType === undefined || resultType === "complete") return true;
  return resultType === "task" && hasExtension(capabilities, tasksExtension);
}

/** What one of these questions needs and the client did not declare; an empty object: nobody may be asked that. */
function missingCapability(inputRequests: unknown, capabilities: Params): Params | undefined {
  if (typeof inputRequests !== "object" || inputRequests === null) return {};
  for (const asked of Object.values(inputRequests)) {
    const { method, params } = (asked ?? {}) as Params;
    const required = requiredCapability({ method: String(method), params: (params ?? {}) as Params });
    if (required === undefined) return {};
    if (!declares(capabilities, required)) return required;
  }
  return undefined;
}

function renderMayNotAsk(idText: string, required: Params): [text: string, status: number] {
  if (Object.keys(required).length === 0) {
    return [renderFault(idText, "The MCP server asks for what no client can be asked"), 200];
  }
  const message = "The MCP server needs a capability that the request does not declare";
  const code = modernErrorCodes.missingClientCapability;
  return [renderModernError(idText, { code, message, data: { requiredCapabilities: required } }), 400];
}

/** The server broke the rules of its wire. */
function renderFault(idText: string, message: string): string {
  return renderModernError(idText, { code: errorCodes.internalError, message });
}
