export { classifyEra, type Era } from "./era.ts";
export { joinText, restore, type Text } from "./json/abridged.ts";
export { type ErrorContent, errorCodes, renderEmptyResult, renderErrorResponse } from "./json-rpc/errors.ts";
export type { Message, Notification, Params, Request, RequestId, Response } from "./json-rpc/message.ts";
export { type Parsed, ParseError, type ParseFailure, parseMessages } from "./json-rpc/parse.ts";
export { parseBytes, sizeOf, wholeMessage } from "./json-rpc/parse-bytes.ts";
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
export { afterPause, fromLegacyClient, fromModernChild } from "./legacy-on-modern/directions.ts";
export { legacyInitializeResult } from "./legacy-on-modern/opening.ts";
export {
  type About,
  beginTranslation,
  type Pause,
  type Step,
  type Told,
  type Translation,
  type TranslationOptions,
} from "./legacy-on-modern/translation.ts";
export type { Caching, CachingContext } from "./modern/caching.ts";
export {
  capabilityFingerprint,
  declares,
  hasExtension,
  type InputRequest,
  mayBeAsked,
  requiredCapability,
} from "./modern/capabilities.ts";
export {
  checkModernNotification,
  checkModernRequest,
  type ModernRefusal,
  methodNotFound,
  type StandardHeaders,
} from "./modern/checks.ts";
export { type Discovery, discoverParams, initializeResultOf, readDiscovery } from "./modern/discovery.ts";
export { type Envelope, isLoud, type LogLevel, logLevels, metaKeys } from "./modern/envelope.ts";
export { type ModernAnswer, modernErrorCodes, renderModernError, toldError } from "./modern/errors.ts";
export { type ModernMethod, modernMethod, tasksExtension } from "./modern/methods.ts";
export {
  checkParameterHeaders,
  isParameterHeader,
  type ParameterHeader,
  parameterHeadersOf,
} from "./modern/parameter-headers.ts";
export {
  longestRequestState,
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
  checkTaskSubscription,
  honouredFilter,
  isSubscribed,
  listNotifications,
  mostResources,
  parseSubscriptionFilter,
  type SubscriptionFilter,
} from "./modern/subscriptions.ts";
export { isModernVersion, isServedModernVersion, type ModernVersion, modernVersions } from "./modern/versions.ts";
export { type AnswerContext, toModernAnswer } from "./modern-on-legacy/answers.ts";
export { initializeParams, modernCapabilities, renderDiscoverResult } from "./modern-on-legacy/opening.ts";
export {
  judgePages,
  type Page,
  pagesOf,
  renderNotOpened,
  renderPagesRequired,
} from "./modern-on-legacy/pages.ts";
export {
  type Answered,
  badRequestState,
  emptyPark,
  nextRound,
  type Park,
  parkCallback,
  renderCannotBeAsked,
  renderGivenUp,
  renderInputRequired,
  takeAnswers,
  withdrawCallback,
  withdrawUndeclared,
} from "./modern-on-legacy/park.ts";
export { renderForLegacyChild } from "./modern-on-legacy/requests.ts";
export { renderTaskRequest, requiresTask, taskIdOf } from "./modern-on-legacy/tasks.ts";
export { filterToolList, judgeToolCall, type ToolVerdict } from "./tools/filter.ts";
export { allowedByBoth, compileToolRules, type IsToolAllowed, type ToolRules } from "./tools/rules.ts";
