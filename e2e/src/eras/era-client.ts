/** How a call of a tool came out: the text of its result, or why there is none. */
export interface Outcome {
  readonly text: string;
  readonly isError: boolean;
}

interface CallOptions {
  /** Aborted when the client no longer wants the answer. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which it no longer waits. */
  readonly timeout?: number;
  readonly onProgress?: () => void;
}

/** A client of one wire, that can be asked for a form, a sampling and its roots. */
export interface EraClient extends AsyncDisposable {
  call(tool: string, args?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Outcome>;
  /** Goes away without a word: its connections are closed. */
  disconnect(): Promise<void>;
}

export interface ClientOptions {
  readonly user: string;
  /** Proves who it is, where somebody asks. */
  readonly accessToken?: string;
  /** Waited for before a form is answered. */
  readonly onForm?: (message: string) => void | Promise<void>;
}

export type ConnectEraClient = (url: string, options: ClientOptions) => Promise<EraClient>;

/** Whose a request is, told to a proxy that serves anyone, or to a gateway. */
export function headersOf({ user, accessToken }: ClientOptions): Record<string, string> {
  return accessToken === undefined ? { "x-user-id": user } : { authorization: `Bearer ${accessToken}` };
}

export function failed(error: unknown): Outcome {
  return { text: String((error as { message?: unknown }).message ?? error), isError: true };
}
