import { renderMembers } from "../json/members.ts";
import { elementSpans } from "../json/spans.ts";
import { type ErrorContent, errorCodes, errorOf } from "../json-rpc/errors.ts";
import type { Params, Response } from "../json-rpc/message.ts";
import { addCaching, type CachingContext } from "../modern/caching.ts";
import { declares } from "../modern/capabilities.ts";
import { type ModernAnswer, modernErrorCodes, renderModernError, withServerCode } from "../modern/errors.ts";
import { stripMeta } from "../modern/meta.ts";
import { modernMethod } from "../modern/methods.ts";
import { addServerInfo, resultMembers, withoutMember } from "../modern/results.ts";
import { renderCannotOpen, urlElicitationRequired } from "./pages.ts";

/** Of 2025-11-25 and before. */
const resourceNotFound = -32002;

/** What an answer is told with. */
export interface AnswerContext {
  readonly idText: string;
  readonly method: string;
  /** What the child called itself. */
  readonly serverInfo: unknown;
  /** The client's. */
  readonly capabilities: Params;
  readonly caching?: CachingContext;
}

/** Translates an answer (mcp-wire.md §4.2). Pure. */
export function toModernAnswer(response: Response, context: AnswerContext): ModernAnswer {
  if (response.result === undefined) return toModernError(errorOf(response), context);
  const { idText, method, serverInfo, caching = {} } = context;
  const members = resultMembers(response);
  members.set("resultType", '"complete"');
  if (modernMethod(method)?.cacheable) addCaching(members, caching);
  const tools = members.get("tools");
  if (method === "tools/list" && tools?.startsWith("[") && someHas(response.result.tools, "execution")) {
    members.set("tools", withoutMember(tools, elementSpans(tools), "execution"));
  }
  stripMeta(members);
  addServerInfo(members, serverInfo);
  return { text: `{"jsonrpc":"2.0","id":${idText},"result":${renderMembers(members)}}`, status: 200 };
}

/** Codes that the modern wire has in another place, or not at all, must not reach its clients. */
function toModernError({ code, message, data }: ErrorContent, { idText, capabilities }: AnswerContext): ModernAnswer {
  const answer = (error: ErrorContent, status = 200) => ({ text: renderModernError(idText, error), status });
  if (code === errorCodes.methodNotFound) return answer({ code, message, data }, 404);
  if (code === resourceNotFound) {
    return answer({ code: errorCodes.invalidParams, message: "Resource not found", data });
  }
  if (code === urlElicitationRequired && !declares(capabilities, { elicitation: { url: {} } })) {
    return { text: renderCannotOpen(idText, message), status: 400 };
  }
  if (code === modernErrorCodes.missingClientCapability && hasRequired(data))
    return answer({ code, message, data }, 400);
  if (isReserved(code)) return answer(withServerCode({ code, message, data }));
  return answer({ code, message, data });
}

/** A server of the legacy wire may know this one code of the other: it says what it lacks. */
function hasRequired(data: unknown): boolean {
  const { requiredCapabilities } = (data ?? {}) as Params;
  return (
    typeof requiredCapabilities === "object" && requiredCapabilities !== null && !Array.isArray(requiredCapabilities)
  );
}

/** The codes that servers of the legacy wire chose for themselves, or that the modern wire keeps for itself. */
function isReserved(code: number): boolean {
  return code === urlElicitationRequired || (code <= -32000 && code >= -32099);
}

function someHas(list: unknown, name: string): boolean {
  return Array.isArray(list) && list.some((each) => typeof each === "object" && each !== null && name in each);
}
