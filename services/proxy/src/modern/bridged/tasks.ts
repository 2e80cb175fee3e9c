import { type Response, renderCancellation, taskIdOf } from "@gateway/protocol";
import type { ServingChild } from "../serving-child.ts";
import type { BridgedCall } from "./call.ts";

/** How long a child keeps a task, in milliseconds: no call lasts longer (mcp-wire.md §6). */
export const taskTtl = 3_600_000;

/** Ends the tasks that a legacy child runs for calls that nobody waits for any more (mcp-wire.md §4.2). */
export class ChildTasks {
  readonly #ask: ServingChild["ask"];
  readonly #send: (line: string) => void;
  /** Ids of such calls, where it is not yet known which their tasks are. */
  readonly #unwanted = new Set<number>();

  constructor(ask: ServingChild["ask"], send: (line: string) => void) {
    this.#ask = ask;
    this.#send = send;
  }

  /** Tells the child that nobody wants the answer to a call. @param id under which it was asked */
  cancel({ task }: BridgedCall, id: number, why: string): void {
    if (task?.id !== undefined) return void this.#ask("tasks/cancel", { taskId: task.id });
    if (task !== undefined) this.#unwanted.add(id);
    this.#send(renderCancellation(id, why));
  }

  /** Takes an answer that nobody waits for: it may say which task is to be ended. */
  late(response: Response): void {
    const taskId = this.#unwanted.delete(response.id as number) ? taskIdOf(response) : undefined;
    if (taskId !== undefined) void this.#ask("tasks/cancel", { taskId });
  }
}
