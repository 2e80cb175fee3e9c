import type { OAuthErrorCode } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { Caller } from "./caller.ts";

/** A JSON Schema (2020-12), which OpenAPI 3.1 takes as it is. */
export type Schema = Readonly<Record<string, unknown>>;

/** What is sent or answered: an object and its members. */
export interface ObjectSchema extends Schema {
  readonly type: "object";
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** One method of one path, as the developer of a client has to know it. */
export interface Operation {
  readonly method: "get" | "post" | "put" | "delete";
  /** As OpenAPI writes it: `/register/{client_id}`. */
  readonly path: string;
  readonly summary: string;
  /** The standard's section that it follows, `RFC 7009 2`; absent: it is our own. */
  readonly rule?: string;
  readonly caller: Caller;
  /** Of the path. */
  readonly pathParameters?: Readonly<Record<string, Schema>>;
  readonly query?: ObjectSchema;
  readonly body?: { readonly mediaType: MediaType; readonly schema: ObjectSchema };
  /** What it answers when all is well. */
  readonly answers: readonly Answer[];
  /** What it refuses with; a code alone has its usual status. */
  readonly errors: readonly (OAuthErrorCode | RefusedWith)[];
  /** Whether a person reads it: a refusal is a page then, JSON otherwise. */
  readonly isPage?: true;
}

type MediaType = "application/json" | "application/x-www-form-urlencoded" | "text/html";

export interface Answer {
  readonly status: number;
  readonly description: string;
  /** Absent: there is no body. */
  readonly mediaType?: MediaType;
  readonly schema?: Schema;
}

interface RefusedWith {
  readonly code: OAuthErrorCode;
  readonly status: number;
}

/** Operations that belong together. */
export interface Group {
  readonly title: string;
  readonly about: string;
  readonly operations: readonly Operation[];
}

/** What the description depends on: the issuer, the servers and the operator's switches. */
export interface Described extends Pick<Ports, "config" | "resourceServers"> {
  /** Where the configured providers send browsers back to. */
  readonly callbackPaths: readonly string[];
}

/** What every operation that is counted or asks the store may refuse with. */
export const busy = ["too_many_requests", "temporarily_unavailable"] as const satisfies readonly OAuthErrorCode[];

/** The schema of a text that means this. */
export function text(description: string, more: Schema = {}): Schema {
  return { type: "string", description, ...more };
}

/** The schema of an object with these members, those of `required` always. */
export function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): ObjectSchema {
  return { type: "object", properties, required };
}

/** The schema of this one text. */
export function fixed(value: string): Schema {
  return { type: "string", const: value };
}

/** The schema of one of these texts. */
export function oneOf(values: readonly string[], description?: string): Schema {
  return { type: "string", enum: values, ...(description === undefined ? {} : { description }) };
}
