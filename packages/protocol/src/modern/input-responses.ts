import type { Params } from "../json-rpc/message.ts";

const actions: ReadonlySet<unknown> = new Set(["accept", "decline", "cancel"]);

/** Whether a value is a result of that method, as far as a server must be able to rely on it. Pure. */
export function isAnswerTo(method: string, value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { action, roots, role, content } = value as Params;
  switch (method) {
    case "elicitation/create":
      return actions.has(action);
    case "roots/list":
      return Array.isArray(roots);
    default:
      return typeof role === "string" && typeof content === "object" && content !== null;
  }
}
