export { classifyEra, type Era, isModernVersion } from "./era.ts";
export { joinText, restore, type Text } from "./json/abridged.ts";
export { type ErrorContent, errorCodes, renderEmptyResult, renderErrorResponse } from "./json-rpc/errors.ts";
export type { Message, Notification, Params, Request, RequestId, Response } from "./json-rpc/message.ts";
export { type Parsed, ParseError, type ParseFailure, parseMessages } from "./json-rpc/parse.ts";
export { parseBytes, wholeMessage } from "./json-rpc/parse-bytes.ts";
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
export { capabilityFingerprint, declares, type InputRequest, requiredCapability } from "./modern/capabilities.ts";
export {
  checkModernNotification,
  checkModernRequest,
  type ModernRefusal,
  type StandardHeaders,
} from "./modern/checks.ts";
export { type Discovery, discoverParams, initializeResultOf, readDiscovery } from "./modern/discovery.ts";
export { type Envelope, isLoud, type LogLevel, logLevels, metaKeys } from "./modern/envelope.ts";
export { modernErrorCodes, renderModernError } from "./modern/errors.ts";
export { type ModernMethod, modernMethod } from "./modern/methods.ts";
export { checkParameterHeaders, type ParameterHeader, parameterHeadersOf } from "./modern/parameter-headers.ts";
export {
  openRequestState,
  type RequestState,
  requestDigest,
  type StateBinding,
  type StateKey,
  type StateKeys,
  sealRequestState,
} from "./modern/request-state.ts";
export { renderModernResult } from "./modern/results.ts";
export {
  renderForModernChild,
  renderSubscribed,
  renderSubscriptionEnd,
  renderWithRequestState,
  renderWithSubscriptionId,
  subscriptionIdOf,
} from "./modern/rewriting.ts";
export {
  honouredFilter,
  isSubscribed,
  listNotifications,
  parseSubscriptionFilter,
  type SubscriptionFilter,
} from "./modern/subscriptions.ts";
export { isServedModernVersion, type ModernVersion, modernVersions } from "./modern/versions.ts";
export { type AnswerContext, type ModernAnswer, toModernAnswer } from "./modern-on-legacy/answers.ts";
export { initializeParams, modernCapabilities, renderDiscoverResult } from "./modern-on-legacy/opening.ts";
export {
  type Answered,
  badRequestState,
  emptyPark,
  nextRound,
  type Park,
  parkCallback,
  renderGivenUp,
  renderInputRequired,
  takeAnswers,
  withdrawCallback,
} from "./modern-on-legacy/park.ts";
export { renderForLegacyChild } from "./modern-on-legacy/requests.ts";
export { filterToolList, judgeToolCall, type ToolVerdict } from "./tools/filter.ts";
export { allowedByBoth, compileToolRules, type IsToolAllowed, type ToolRules } from "./tools/rules.ts";
