import { z } from "zod";
import { CacheRules } from "../cache-rules.ts";
import { ScopeRules } from "../scope-rules.ts";

/** The kinds of values that environment variables hold as JSON; each is made as those of `values.ts`. */

/** A JSON object whose values are text, such as a server's own environment. Never printed: it may hold secrets. */
export function textRecord() {
  const allowed = 'a JSON object whose values are text, such as {"KEY":"value"}';
  return jsonOf(z.record(z.string(), z.string()), allowed).meta({ secret: true });
}

/** Scopes and what needs them. */
export function scopeRules() {
  const example = '{"files:write":{"tools":["write_*"],"implies":["files:read"]}}';
  return jsonOf(ScopeRules, `a JSON object such as ${example}`);
}

/** How long results may be kept, by method. */
export function cacheRules() {
  const example = '{"tools/list":{"ttlSeconds":60,"scope":"private"}}';
  return jsonOf(CacheRules, `a JSON object such as ${example}`);
}

function jsonOf<Schema extends z.ZodType>(schema: Schema, allowed: string) {
  return z.string().transform((value, context) => {
    const parsed = schema.safeParse(parseJson(value));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: "custom", message: allowed });
    return z.NEVER;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema then says what is allowed
  }
}
