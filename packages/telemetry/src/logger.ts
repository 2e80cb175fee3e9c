import winston from "winston";

/** The most urgent first: each lets those before it through. */
export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Writes one JSON line an event. `event` is a short fixed phrase; what varies goes into `fields`. */
export interface Logger {
  error(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  debug(event: string, fields?: Record<string, unknown>): void;
}

export interface LoggerOptions {
  /** The service's name, on every line. */
  service: string;
  level: LogLevel;
  /** Where the lines go; standard error by default, so that standard output stays free for a program's answer. */
  stream?: NodeJS.WritableStream;
}

/** Field names whose values are credentials or identify a person beyond the login: never written (security.md 28). */
const secretField =
  /(authorization|cookie|password|secret|token|assertion|verifier|challenge|private.?key|^code$|^state$|^jti$|^sid$)/i;
const longestValue = 2_000;

/** Replaces secret values by their field name, errors by their message and code, and cuts long text. */
function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth > 4) return "[deep]";
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1));
  if (isErrorLike(value)) return redactError(value, depth);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretField.test(name) && item !== undefined ? "[redacted]" : redact(item, depth + 1),
    ]),
  );
}

// An error of another realm is not `instanceof Error`; its shape is the same.
function isErrorLike(value: object): value is Error & { code?: unknown } {
  return typeof (value as Error).message === "string" && typeof (value as Error).stack === "string";
}

function redactError(error: Error & { code?: unknown }, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    message: redact(error.message, depth + 1),
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

/** A winston logger of JSON lines: time, level, service, event, then the redacted fields. */
export function createLogger({ service, level, stream = process.stderr }: LoggerOptions): Logger {
  const winstonLogger = winston.createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: winston.format.printf((info) => {
      const {
        level: lineLevel,
        message,
        fields,
      } = info as unknown as {
        level: string;
        message: string;
        fields: Record<string, unknown>;
      };
      const head = { time: new Date().toISOString(), level: lineLevel, service, event: message };
      return JSON.stringify({ ...(redact(fields) as Record<string, unknown>), ...head });
    }),
    transports: [new winston.transports.Stream({ stream })],
  });
  const write = (lineLevel: LogLevel) => {
    // winston takes 16 µs to find that a line is not wanted, which is a third of a whole /verify.
    if (logLevels.indexOf(lineLevel) > logLevels.indexOf(level)) return () => {};
    return (event: string, fields: Record<string, unknown> = {}) => {
      winstonLogger.log({ level: lineLevel, message: event, fields });
    };
  };
  return { error: write("error"), warn: write("warn"), info: write("info"), debug: write("debug") };
}
