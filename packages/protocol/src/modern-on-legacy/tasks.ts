import type { Params, RequestId, Response } from "../json-rpc/message.ts";

/** Whether a tool of a legacy server can only be called as a task (2025-11-25, `execution.taskSupport`). Pure. */
export function requiresTask(tool: Params): boolean {
  return ((tool.execution ?? {}) as Params).taskSupport === "required";
}

/** The task that an answer says was begun; undefined: it says nothing of one. Pure. */
export function taskIdOf({ result }: Response): string | undefined {
  const { taskId } = (result?.task ?? {}) as Params;
  return typeof taskId === "string" ? taskId : undefined;
}

/** A request about a task. Pure. */
export function renderTaskRequest(id: RequestId, method: "tasks/result" | "tasks/cancel", taskId: string): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params: { taskId } });
}
