import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { Params, Request } from "../json-rpc/message.ts";
import { modernMethod } from "./methods.ts";

/** What a `requestState` of ours says. A client holds it: it is sealed, and bound to whose request it is of. */
export interface RequestState {
  /** `relay`: only carries a server's own state. `park`: a call waits for it. `replay`: the request is made once more. */
  readonly kind: "relay" | "park" | "replay";
  /** The MCP server. */
  readonly server: string;
  readonly sub: string;
  readonly clientId: string;
  readonly method: string;
  /** Of `requestDigest`. */
  readonly digest: string;
  /** Seconds since the epoch. */
  readonly exp: number;
  /** The call that waits, and the round it is in. */
  readonly park?: string;
  readonly generation?: number;
  /** The process that the request is best made to once more. */
  readonly child?: string;
  /** The server's own; of a `replay` what its client was asked. */
  readonly inner?: string;
  /** The replica that made it: the call waits there, or the process that the server's own state may be about. */
  readonly replica?: string;
  /** Of one that no call waits for: what tells it from all others, so that it is used once. */
  readonly id?: string;
}

/** 32 bytes each, by their id; the first seals, all open. */
export type StateKeys = readonly [StateKey, ...StateKey[]];

export interface StateKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

const cipher = "aes-256-gcm";
const ivLength = 12;
const tagLength = 16;
/** Characters; a longer one is not taken back. */
export const longestRequestState = 1_048_576;

/**
 * Makes a token of a state. Pure.
 * @param iv 12 random bytes, never the same ones twice under one key
 */
export function sealRequestState(state: RequestState, [{ kid, key }]: StateKeys, iv: Uint8Array): string {
  const sealing = createCipheriv(cipher, key, iv).setAAD(Buffer.from(kid));
  const sealed = Buffer.concat([iv, sealing.update(JSON.stringify(state)), sealing.final(), sealing.getAuthTag()]);
  return `v1.${kid}.${sealed.toString("base64url")}`;
}

/** What a retry is held against. */
export type StateBinding = Omit<
  RequestState,
  "kind" | "park" | "generation" | "child" | "inner" | "replica" | "id" | "exp"
>;

/** Opens a token; undefined when it is none of ours, of another request, or too old. Pure. @param now seconds since the epoch */
export function openRequestState(
  token: unknown,
  keys: StateKeys,
  binding: StateBinding,
  now: number,
): RequestState | undefined {
  const state = typeof token === "string" && token.length <= longestRequestState ? unseal(token, keys) : undefined;
  if (state === undefined || state.exp <= now) return undefined;
  const { server, sub, clientId, method, digest } = binding;
  const isBound =
    state.server === server &&
    state.sub === sub &&
    state.clientId === clientId &&
    state.method === method &&
    state.digest === digest;
  return isBound ? state : undefined;
}

function unseal(token: string, keys: StateKeys): RequestState | undefined {
  const [, kid, body = ""] = /^v1\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  const key = keys.find((each) => each.kid === kid)?.key;
  const sealed = Buffer.from(body, "base64url");
  if (key === undefined || kid === undefined || sealed.length <= ivLength + tagLength) return undefined;
  // Spare characters or bits at the end would make a second text of one token (security.md 6).
  if (sealed.toString("base64url") !== body) return undefined;
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, ivLength), { authTagLength: tagLength })
    .setAAD(Buffer.from(kid))
    .setAuthTag(sealed.subarray(-tagLength));
  try {
    const text = Buffer.concat([opening.update(sealed.subarray(ivLength, -tagLength)), opening.final()]);
    return JSON.parse(text.toString("utf8")) as RequestState;
  } catch {
    return undefined; // it was altered: `final` found another tag
  }
}

/** What a retry must ask once more, as a digest: the name or URI, and the arguments in whatever order. Pure. */
export function requestDigest({ method, params }: Pick<Request, "method" | "params">): string {
  const parameter = modernMethod(method)?.nameParameter;
  const asked = [parameter === undefined ? null : (params[parameter] ?? null), params.arguments ?? null];
  return createHash("sha256").update(JSON.stringify(asked, sortMembers)).digest("base64url");
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value as Params).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.assign(Object.create(null), Object.fromEntries(members));
}
