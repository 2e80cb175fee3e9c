import type { IncomingMessage } from "node:http";
import { type Parsed, ParseError, type ParseFailure, parseBytes } from "@gateway/protocol";
import { checkContentLength, decodeBody, readBody, type UserBodyLimits } from "./body.ts";
import { type Accepted, checkAccept, checkContentType } from "./media-types.ts";
import { Refusal } from "./refusal.ts";

const explanations: Readonly<Record<Exclude<ParseFailure, "not_json">, string>> = {
  not_json_rpc: "Not a JSON-RPC 2.0 message",
  look_alike: "A member's name is one of MCP's in other letters: write it in the case that the specification has",
  empty_batch: "An empty batch",
  too_deep: "Nested too deeply",
};

/** Reads the JSON-RPC of a POST; its checks run in the order of mcp-wire.md §1.2. @throws {Refusal} */
export async function readMessages(
  req: IncomingMessage,
  limits: UserBodyLimits,
): Promise<{ accepted: Accepted; body: Parsed }> {
  checkContentLength(req, limits);
  checkContentType(req);
  const accepted = checkAccept(req);
  return { accepted, body: parse(await readBody(req, limits)) };
}

function parse(chunks: readonly Buffer[]): Parsed {
  try {
    return parseBytes(chunks, decodeBody);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { failure, idText } = error;
    if (failure === "not_json") throw new Refusal("parse_error");
    throw new Refusal("invalid_request", { idText, data: explanations[failure] });
  }
}
