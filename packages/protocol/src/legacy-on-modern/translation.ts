import type { Message, Params, RequestId } from "../json-rpc/message.ts";
import type { VersionChoice } from "../legacy/initialize.ts";
import type { LegacyVersion } from "../legacy/versions.ts";
import type { LogLevel } from "../modern/envelope.ts";
import type { SubscriptionFilter } from "../modern/subscriptions.ts";

/** What one session's translation is made with. */
export interface TranslationOptions {
  readonly versions: VersionChoice;
  /** Of the server, where it has none itself. */
  readonly name: string;
  /** What ids that clients see begin with: not to be guessed, and another one for each session. */
  readonly seed: string;
  /** Rounds of questions and answers that one call may take (mcp-wire.md §6). */
  readonly mostRounds: number;
}

/** A request that its client waits for. */
export interface Waiting {
  readonly id: RequestId;
  readonly idText: string;
}

/** What a call waits for: its server's answer, its client's answers to what the server asked, or that time passes. */
export type WaitsFor =
  | { readonly kind: "server"; readonly id: RequestId }
  | {
      readonly kind: "client";
      /** What the server calls each question, by the id under which its client was asked. */
      readonly open: ReadonlyMap<string, OpenQuestion>;
      /** As they stood, by what the server calls each question. */
      readonly answers: ReadonlyMap<string, string>;
      /** As it stood. */
      readonly requestState: string | undefined;
    }
  | { readonly kind: "time"; readonly requestState: string | undefined };

export interface OpenQuestion {
  readonly key: string;
  readonly method: string;
}

/** A client's request that was handed on. */
export interface ForwardedCall extends Waiting {
  readonly method: string;
  /** Of a tool. */
  readonly name: string | undefined;
  /** Its parameters as the server has them, for a retry; undefined: it cannot be one that asks. */
  readonly params: string | undefined;
  /** How often the server has answered with a question. */
  readonly rounds: number;
  readonly waitsFor: WaitsFor;
}

/** A `resources/subscribe` or `resources/unsubscribe` that is not answered yet. */
export interface SubscriptionChange extends Waiting {
  readonly isWanted: boolean;
  readonly uri: string;
}

/** What the session is told of without having asked, by one `subscriptions/listen` at a time. */
export interface Listening {
  /** The lists that the server tells of. */
  readonly lists: SubscriptionFilter;
  /** The resources that the client subscribed to, and the server agreed to tell of. */
  readonly resources: ReadonlySet<string>;
  /** The one that was acknowledged. */
  readonly current: string | undefined;
  /** The server ended the one that it had acknowledged last. */
  readonly wasEnded: boolean;
  /** The one that is to take its place, with the requests that wait for that. */
  readonly pending: { readonly id: string; readonly changes: readonly SubscriptionChange[] } | undefined;
  /** Changes that wait until nothing is pending. */
  readonly queued: readonly SubscriptionChange[];
}

/** What is known of a legacy session in front of a modern child (mcp-wire.md §4.3). It is never changed: each message makes another one. */
export interface Translation extends TranslationOptions {
  /** Of the ids that were made here. */
  readonly lastId: number;
  /** The `initialize` that is not answered yet. */
  readonly opening: (Waiting & { readonly version: LegacyVersion }) | undefined;
  readonly version: LegacyVersion;
  /** What each request says of the client. */
  readonly envelope: Params;
  /** What the server can do. */
  readonly capabilities: Params;
  readonly logLevel: LogLevel | undefined;
  /** By the id that the client's side gave. */
  readonly calls: ReadonlyMap<RequestId, ForwardedCall>;
  /** Characters of the parameters that are kept. */
  readonly keptText: number;
  /** Tools whose results legacy clients know in another form. */
  readonly wrapped: ReadonlySet<string>;
  readonly listening: Listening;
}

/** Which request of its client a message of a server is about; `nothing`: none of them; undefined: it is not said. */
export type About = { readonly call: RequestId } | "nothing" | undefined;

/** A message for the client. */
export interface Told {
  readonly message: Message;
  readonly about: About;
}

/** What is to be done after a while: `call` goes on, or, where there is none, the session listens again. */
export interface Pause {
  readonly milliseconds: number;
  readonly call: RequestId | undefined;
}

/** What a message leads to. */
export interface Step {
  readonly state: Translation;
  /** Lines, in their order. */
  readonly toServer: readonly string[];
  readonly toClient: readonly Told[];
  readonly pauses: readonly Pause[];
}

/** The beginning of a session. Pure. */
export function beginTranslation(options: TranslationOptions): Translation {
  return {
    ...options,
    lastId: 0,
    opening: undefined,
    version: options.versions.preferred,
    envelope: {},
    capabilities: {},
    logLevel: undefined,
    calls: new Map(),
    keptText: 0,
    wrapped: new Set(),
    listening: { lists: {}, resources: new Set(), current: undefined, wasEnded: false, pending: undefined, queued: [] },
  };
}
