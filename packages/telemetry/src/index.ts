export { oneSeries, processFamilies, seriesByLabel } from "./family.ts";
export { Histogram } from "./histogram.ts";
export { createLogger, type Logger, type LoggerOptions, type LogLevel, logLevels } from "./logger.ts";
export { answerMetrics, listenMetrics } from "./metrics-port.ts";
export { type Family, renderFamilies, textFormat } from "./render-families.ts";
export { requestIdHeader, requestIdOf } from "./request-id.ts";
