import { errorCodes, errorOf } from "../json-rpc/errors.ts";
import type { Response } from "../json-rpc/message.ts";
import { legacyVersions } from "../legacy/versions.ts";
import { endCall } from "./calls.ts";
import { takeQuestions } from "./questions.ts";
import { toLegacyError, toLegacyResult } from "./results.ts";
import { answered, failed } from "./steps.ts";
import type { ForwardedCall, Step, Translation } from "./translation.ts";

/** Names of tools that are kept. */
const mostWrapped = 10_000;

/** The server's answer to a call: to be told, or a question first. Pure. */
export function takeAnswer(state: Translation, call: ForwardedCall, response: Response): Step {
  const { result } = response;
  if (result === undefined) return endCall(state, call, failed(call, toLegacyError(response) ?? errorOf(response)));
  const { resultType = "complete" } = result;
  if (resultType === "input_required") return takeQuestions(state, call, response);
  if (resultType !== "complete") {
    const message = "The MCP server answered with a result of a type that is not known";
    return endCall(state, call, failed(call, { code: errorCodes.internalError, message }));
  }
  const isWrapped = call.method === "tools/call" && call.name !== undefined && state.wrapped.has(call.name);
  const context = { method: call.method, features: legacyVersions[state.version], isWrapped };
  const told = toLegacyResult(response, context);
  const wrapped = call.method === "tools/list" ? asListed(state.wrapped, result.tools, told.wrapped) : state.wrapped;
  return endCall({ ...state, wrapped }, call, answered(call, told.result, result));
}

/** What counts of a tool is how it was listed last; of a server that has ever other tools the newest count. */
function asListed(names: ReadonlySet<string>, tools: unknown, wrapped: readonly string[]): ReadonlySet<string> {
  if (names.size === 0 && wrapped.length === 0) return names;
  const kept = new Set(names.size > mostWrapped ? [] : names);
  for (const tool of Array.isArray(tools) ? tools : []) kept.delete(tool?.name);
  for (const name of wrapped) kept.add(name);
  return kept;
}
