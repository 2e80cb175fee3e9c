export { createLogger, type Logger, type LoggerOptions, type LogLevel, logLevels } from "./logger.ts";
export { requestIdHeader, requestIdOf } from "./request-id.ts";
