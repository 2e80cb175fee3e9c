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

/** What Accept allows; no Accept allows both, as some clients leave it out. */
export function readAccept(req: IncomingMessage): Accepted {
  const header = req.headers.accept ?? "*/*";
  const found = known.get(header);
  if (found !== undefined) return found;
  const accepted = parseAccept(header);
  if (known.size < mostKnown && header.length < longestKnown) known.set(header, accepted);
  return accepted;
}

function parseAccept(header: string): Accepted {
  const ranges = header.split(",").map((range) => range.trim().toLowerCase());
  const wanted = ranges
    .filter((range) => !/;\s*q=0(\.0*)?\s*(;|$)/.test(range))
    .map((range) => range.split(";")[0]?.trim());
  const allows = (...types: string[]) => types.some((type) => wanted.includes(type));
  return {
    json: allows("*/*", "application/*", "application/json"),
    stream: allows("*/*", "text/*", "text/event-stream"),
  };
}

/** @throws {Refusal} when neither form of an answer is accepted */
export function checkAccept(req: IncomingMessage): Accepted {
  const accepted = readAccept(req);
  if (!accepted.json && !accepted.stream) throw new Refusal("not_acceptable");
  return accepted;
}
