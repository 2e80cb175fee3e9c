import { type Response, renderTaskRequest, taskIdOf } from "@gateway/protocol";
import type { Outcome } from "../../child/calls.ts";
import type { Exchange, Gone } from "../exchange.ts";
import { answerFailure, countGone, countOutcome } from "../outcomes.ts";
import type { Parks } from "../parks.ts";
import type { ChildLife, ServingPorts } from "../serving-child.ts";
import { type BridgedCall, idOf } from "./call.ts";
import type { Draining } from "./draining.ts";
import type { Lease } from "./lease.ts";
import type { ChildTasks } from "./tasks.ts";

export interface EndingPorts extends Pick<ServingPorts, "limits" | "metrics" | "logger"> {
  readonly life: ChildLife<BridgedCall>;
  readonly parks: Parks;
  readonly lease: Lease;
  readonly draining: Draining;
  readonly tasks: ChildTasks;
  readonly answer: (call: BridgedCall, response: Response, exchange: Exchange) => void;
  /** Called when a call is over. */
  readonly onOver: () => void;
}

/** How the calls of one legacy child end: with an answer, without one, or because nobody waits for them any more. */
export class Endings {
  readonly #ports: EndingPorts;

  constructor(ports: EndingPorts) {
    this.#ports = ports;
  }

  /** The child has answered, or will not. @param id under which the call was asked */
  settle(call: BridgedCall, id: number, outcome: Outcome): void {
    const taskId = call.task && outcome.kind === "answered" ? taskIdOf(outcome.response) : undefined;
    if (taskId === undefined) this.#close(call, id, outcome);
    else this.#awaitTask(call, taskId);
  }

  /** The child took too long. */
  expire(call: BridgedCall, id: number): void {
    this.#ports.tasks.cancel(call, id, "timeout");
  }

  /** Nobody waits for a call any more, nor will. @param exchange of who has gone: another may have taken the call up */
  abandon(call: BridgedCall, why: Gone, exchange?: Exchange): void {
    if (call.exchange !== exchange) return;
    const { life, metrics, parks, tasks, draining, onOver } = this.#ports;
    const lines = parks.close(call);
    this.#giveUp(lines);
    const id = idOf(life.calls, call);
    if (id === undefined) return;
    life.calls.leave(id);
    countGone(metrics, call.asked, why);
    if (life.ended.aborted) return;
    const cancel = () => tasks.cancel(call, id, why);
    if (why === "cancelled" && call.isLeased && lines.length > 0) draining.startWithLastWord(id, cancel);
    else {
      cancel();
      if (call.isLeased) draining.start(id);
    }
    onOver();
  }

  /** An answer that nobody waits for. */
  takeLate(response: Response): void {
    const { tasks, draining, lease, logger } = this.#ports;
    tasks.late(response);
    if (draining.end(response.id)) lease.free();
    else logger.debug("answer of the MCP server to nothing that was asked");
  }

  #close(call: BridgedCall, id: number, outcome: Outcome): void {
    const { metrics, parks, lease, draining, answer, onOver } = this.#ports;
    const { asked, exchange } = call;
    countOutcome(metrics, asked, outcome);
    if (outcome.kind === "timeout" && call.isLeased) draining.start(id);
    else if (call.isLeased) lease.free();
    if (outcome.kind !== "answered") {
      this.#giveUp(parks.close(call));
      if (exchange !== undefined) answerFailure(metrics, asked, exchange, outcome);
    } else if (exchange === undefined) this.#giveUp(parks.keepAnswer(call, outcome.response));
    else {
      this.#giveUp(parks.close(call));
      answer(call, outcome.response, exchange);
    }
    onOver();
  }

  /** Asks for what came of a task, which the child says when it is done. */
  #awaitTask(call: BridgedCall, taskId: string): void {
    const { life, limits } = this.#ports;
    call.task = { token: call.task?.token ?? 0, id: taskId };
    const settle = (outcome: Outcome) => this.#close(call, id, outcome);
    const { id } = life.calls.open(call, limits.request, settle, (expired) => this.expire(call, expired));
    life.child.send(renderTaskRequest(id, "tasks/result", taskId));
  }

  /** A call is over, and what was asked for its sake reaches nobody: the child may still wait for it. */
  #giveUp(lines: readonly string[]): void {
    const { life } = this.#ports;
    if (life.ended.aborted) return;
    for (const line of lines) life.child.send(line);
  }
}
