import { randomBytes } from "node:crypto";
import {
  type About,
  afterPause,
  beginTranslation,
  fromLegacyClient,
  fromModernChild,
  joinText,
  type Message,
  type Pause,
  parseMessages,
  type Step,
  type Translation,
  type TranslationOptions,
  wholeMessage,
} from "@gateway/protocol";
import type { Logger } from "@gateway/telemetry";
import type { Child, StartChild } from "../child/child.ts";
import type { ChildUser } from "../child/user-environment.ts";

interface SessionListeners {
  /** @param about which of the session's requests a message is about, where its wire says that */
  readonly onMessage: (message: Message, about?: About) => void;
}

export interface SessionChild extends Child {
  /** How its tools were listed decides how their results are told: one that takes its place has to list them, too. */
  readonly tellsAsListed?: true;
}

/** Starts the child of a session. */
export type StartSessionChild = (listeners: SessionListeners, user?: ChildUser) => Promise<SessionChild>;

export interface TranslationPorts extends Omit<TranslationOptions, "seed"> {
  readonly startChild: StartChild;
  readonly logger: Logger;
}

/** Makes the function that starts children of the modern wire which sessions of the legacy one can talk to. */
export function createStartTranslated({ startChild, logger, ...options }: TranslationPorts): StartSessionChild {
  return async (listeners, user) => {
    let translator: Translator | undefined;
    const child = await startChild({ onMessage: (message) => translator?.fromServer(message) }, user);
    const seed = randomBytes(9).toString("base64url");
    translator = new Translator(child, listeners, beginTranslation({ ...options, seed }), logger);
    return { ...child, send: translator.send, tellsAsListed: true };
  };
}

/** Stands between a session and its child: what either says is said in the other's wire (mcp-wire.md §4.3). */
class Translator {
  readonly #child: Child;
  readonly #listeners: SessionListeners;
  readonly #logger: Logger;
  #state: Translation;

  constructor(child: Child, listeners: SessionListeners, state: Translation, logger: Logger) {
    this.#child = child;
    this.#listeners = listeners;
    this.#state = state;
    this.#logger = logger;
  }

  /** Takes one message of the session, as Child.send does. */
  readonly send: Child["send"] = (line) => {
    const { messages } = parseMessages(joinText(line));
    const step = fromLegacyClient(this.#state, messages[0]);
    const [first, ...others] = step.toServer;
    if (first !== undefined && !this.#child.send(first)) return false;
    this.#go({ ...step, toServer: others });
    return true;
  };

  fromServer(message: Message): void {
    if (message.kind === "request") {
      this.#logger.warn("the MCP server sent a request, which its wire does not have");
      return;
    }
    this.#go(fromModernChild(this.#state, wholeMessage(message)));
  }

  /** What is told may lead to more at once: so the state comes first. */
  #go({ state, toServer, toClient, pauses }: Step): void {
    this.#state = state;
    for (const line of toServer) {
      if (!this.#child.send(line)) this.#logger.warn("the MCP server does not read its input");
    }
    for (const { message, about } of toClient) this.#listeners.onMessage(message, about);
    for (const pause of pauses) this.#wait(pause);
  }

  /** A session that has ended by then does nothing with what this leads to, and its child takes no more. */
  #wait(pause: Pause): void {
    setTimeout(() => this.#go(afterPause(this.#state, pause)), pause.milliseconds).unref();
  }
}
