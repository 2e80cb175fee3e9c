import {
  Client,
  isInputRequiredResult,
  type Result,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { textOf } from "../clients/connected.ts";
import { headersOf } from "./era-client.ts";

/** A call: what a retry must ask once more. */
export interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What the server wants to know first. */
interface Question {
  readonly keys: readonly string[];
  readonly requestState: string;
}

/** What came of a retry: the text of the result, or the error's code and message. */
type Retried = { readonly text: string } | { readonly code: number; readonly message: string };

/** The official SDK's client of the newer wire, whose retries are made by hand. */
export interface ManualClient extends AsyncDisposable {
  ask(call: Call): Promise<Question>;
  /** @param requestState in place of the question's own */
  accept(call: Call, question: Question, requestState?: unknown): Promise<Retried>;
}

export async function connectManually(url: string, user: string): Promise<ManualClient> {
  const client = new Client(
    { name: "eras-manual", version: "1.0.0" },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  const requestInit = { headers: headersOf({ user }) };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  const send = ({ tool, args }: Call, more: object = {}): Promise<Result> => {
    const params = { name: tool, arguments: args, ...more };
    return client.request({ method: "tools/call", params }, { allowInputRequired: true });
  };
  return {
    async ask(call) {
      const result = await send(call);
      if (!isInputRequiredResult(result)) throw new Error(`nothing is asked: ${JSON.stringify(result)}`);
      return { keys: Object.keys(result.inputRequests ?? {}), requestState: result.requestState ?? "" };
    },
    async accept(call, { keys, requestState: own }, requestState = own) {
      const answer = { action: "accept", content: { name: "Ann" } };
      const inputResponses = Object.fromEntries(keys.map((key) => [key, answer]));
      try {
        return { text: textOf(await send(call, { inputResponses, requestState })) };
      } catch (error) {
        const { code, message } = error as { code: number; message: string };
        return { code, message };
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
