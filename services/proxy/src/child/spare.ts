import type { Message } from "@gateway/protocol";
import type { Child, ChildListeners, StartChild } from "./child.ts";

/** A child that runs and waits for its client. */
export interface Spare {
  readonly child: Child;
  /** Gives it to one client, once, with what it has said until now. */
  handOut(listeners: ChildListeners): Child;
}

/** Before `initialize` a server may only ping and log: more than this is noise. */
const mostKept = 100;

/** @throws what `startChild` throws */
export async function startSpare(startChild: StartChild): Promise<Spare> {
  const kept: Message[] = [];
  let take = (message: Message): void => {
    if (kept.length < mostKept) kept.push(message);
  };
  const child = await startChild({ onMessage: (message) => take(message) });
  return {
    child,
    handOut({ onMessage }) {
      take = onMessage;
      // Its owner takes messages only after it has got the child.
      if (kept.length > 0) {
        setImmediate(() => {
          for (const message of kept.splice(0)) onMessage(message);
        });
      }
      return child;
    },
  };
}
