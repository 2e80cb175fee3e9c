export { classifyEra, type Era, isModernVersion } from "./era.ts";
export { type ErrorContent, errorCodes, renderEmptyResult, renderErrorResponse } from "./json-rpc/errors.ts";
export type { Message, Notification, Params, Request, RequestId, Response } from "./json-rpc/message.ts";
export { type Parsed, ParseError, type ParseFailure, parseMessages } from "./json-rpc/parse.ts";
export {
  isInitialize,
  missingInitializeParameter,
  negotiatedVersion,
  renderInitialize,
  type VersionChoice,
} from "./legacy/initialize.ts";
export {
  cancelledId,
  isTaskRequest,
  progressToken,
  progressTokenOf,
  renderCancellation,
  renderCancelled,
  renderForChild,
  renderWithId,
  renderWithProgressToken,
} from "./legacy/rewriting.ts";
export { chooseStream, holdingKey, type OpenStreams } from "./legacy/routing.ts";
export { isLegacyVersion, type LegacyVersion, legacyVersions, type VersionFeatures } from "./legacy/versions.ts";
export { filterToolList, judgeToolCall, type ToolVerdict } from "./tools/filter.ts";
export { allowedByBoth, compileToolRules, type IsToolAllowed, type ToolRules } from "./tools/rules.ts";
