import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

/** The forms of an answer a client takes. */
export interface Accepted {
  readonly json: boolean;
  readonly stream: boolean;
}

/** Refuses a body that is not plain JSON; parameters such as charset do not matter. */
export function checkContentType(req: IncomingMessage): void {
  const [type = ""] = (req.headers["content-type"] ?? "").split(";");
  const encoding = req.headers["content-encoding"] ?? "identity";
  if (type.trim().toLowerCase() !== "application/json" || encoding !== "identity")
    throw new Refusal("bad_content_type");
}

/** Clients say the same every time. */
const known = new Map<string, Accepted>();
const mostKnown = 100;
const longestKnown = 200;

/** What Accept allows; none, or an empty one, allows both, as some clients leave it out. */
export function readAccept(req: IncomingMessage): Accepted {
  const header = req.headers.accept || "*/*";
  const found = known.get(header);
  if (found !== undefined) return found;
  const accepted = parseAccept(header);
  if (known.size < mostKnown && header.length < longestKnown) known.set(header, accepted);
  return accepted;
}

function parseAccept(header: string): Accepted {
  const ranges = new Map(header.split(",").map(parseRange));
  return {
    json: isAllowed(ranges, "application/json", "application/*"),
    stream: isAllowed(ranges, "text/event-stream", "text/*"),
  };
}

/** A media range, and whether it is wanted at all: `q=0` says that it is not. */
function parseRange(text: string): [range: string, wanted: boolean] {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  return [range, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))];
}

/** RFC 9110 12.5.1: of the ranges that a type is in, the most specific one counts. */
function isAllowed(ranges: ReadonlyMap<string, boolean>, type: string, family: string): boolean {
  return ranges.get(type) ?? ranges.get(family) ?? ranges.get("*/*") ?? false;
}

/** @throws {Refusal} when neither form of an answer is accepted */
export function checkAccept(req: IncomingMessage): Accepted {
  const accepted = readAccept(req);
  if (!accepted.json && !accepted.stream) throw new Refusal("not_acceptable");
  return accepted;
}
