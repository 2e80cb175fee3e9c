import { z } from "zod";

/** Methods of MCP that a scope can be needed for. Not those that only list, nor tools/call: that is what `tools` is for. */
const scopedMethods = [
  "resources/read",
  "resources/subscribe",
  "prompts/get",
  "completion/complete",
  "logging/setLevel",
  "tasks/get",
  "tasks/result",
  "tasks/list",
  "tasks/cancel",
] as const;

const methodError = `one of ${scopedMethods.join(", ")}`;

/**
 * The name of a tool as rules have it: `*` stands for any text. Signs that other globs have are refused: taken for
 * themselves, they would let through what their author meant to keep back.
 */
export const toolName = /^[^\s,?[\]{}]([^,?[\]{}]*[^\s,?[\]{}])?$/;

/** Names of tools as rules have them. */
export const toolList = () => {
  const error = "a list of at least one tool name, without commas, ?, brackets and braces; only * stands for any text";
  return z.array(z.string({ error }).regex(toolName, { error }), { error }).min(1, { error });
};

/** What needs a scope, and which others it brings along. */
export const scopeRule = {
  tools: toolList().optional().describe("Tools that need it. * stands for any text."),
  methods: z
    .array(z.enum(scopedMethods, { error: methodError }), { error: `a list: each is ${methodError}` })
    .min(1, { error: `a list of at least ${methodError}` })
    .optional()
    .describe("Methods of MCP that need it."),
  implies: z
    .array(z.string({ error: "a scope of this server" }), { error: "a list of scopes of this server" })
    .min(1, { error: "at least one scope of this server" })
    .optional()
    .describe("Scopes that come with it."),
};

/** What a proxy holds its clients to, by scope. */
export const ScopeRules = z.record(z.string(), z.strictObject(scopeRule));
export type ScopeRules = Readonly<z.infer<typeof ScopeRules>>;
