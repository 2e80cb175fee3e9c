import { type Logger, requestIdHeader, requestIdOf } from "@gateway/telemetry";
import type { Request, RequestHandler, Response } from "express";
import { loggedPath } from "./domain/logged-path.ts";
import type { OAuthErrorCode } from "./errors.ts";
import type { Ports } from "./ports.ts";

/** What a request's line says beside what every request has. */
interface Noted {
  requestId?: string;
  clientId?: string;
  error?: OAuthErrorCode;
}

/**
 * Writes a line when a request is over, in words of ours alone (decision 203): at `info` what was refused or failed, also
 * where the client is told by a redirect; at `debug` the rest. Its answer bears its id (decision 204).
 */
export function requestLog({ logger }: Pick<Ports, "logger">): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    const { method, path, ip: address } = req;
    const requestId = requestIdOf(req.rawHeaders);
    notesOf(res).requestId = requestId;
    res.set(requestIdHeader, requestId);
    res.once("close", () => {
      const ms = Math.round(performance.now() - startedAt);
      writeLine(logger, res, { method, path: loggedPath(path), ms, address });
    });
    next();
  };
}

function writeLine(logger: Logger, res: Response, asked: Readonly<Record<string, unknown>>): void {
  const { error, ...rest } = notesOf(res);
  const isWhole = res.writableFinished; // else the client left before it had all of its answer
  const line = { ...asked, status: res.statusCode, error, ...rest, ...(isWhole ? {} : { isWhole }) };
  // RFC 8628 3.5: a device that waits asks again and again, and nothing is wrong.
  const isNews = (res.statusCode >= 400 || error !== undefined) && error !== "authorization_pending";
  if (isNews) logger.info("request", line);
  else logger.debug("request", line);
}

/**
 * Has a request's line name its client.
 * @param isKnown whether there is such a client: any other id is text of the sender's, and is left out unless it has our form
 */
export function noteClient({ res }: Pick<Request, "res">, clientId: string, isKnown: boolean): void {
  if (res !== undefined && (isKnown || ofOurs.test(clientId))) notesOf(res).clientId = clientId;
}

/** A `client_id` as registration makes them: that of a client that was deleted helps whoever reads the log. */
const ofOurs = /^client_[\w-]{22}$/;

/** Has a request's line say which error was answered. */
export function noteError(res: Response, error: OAuthErrorCode): void {
  notesOf(res).error = error;
}

/** The id of the request that this answers, for every line about it. */
export function requestIdIn(res: Response): string | undefined {
  return notesOf(res).requestId;
}

function notesOf({ locals }: Response): Noted {
  locals.noted ??= {};
  return locals.noted as Noted;
}
