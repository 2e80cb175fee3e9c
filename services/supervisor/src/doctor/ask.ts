/** Milliseconds that a question of the doctor's may take. */
export const patience = 8_000;

/** An answer over HTTP; or, in words, why there is none. */
export type Asked =
  | { readonly status: number; readonly headers: Headers; readonly body: string; readonly json: unknown }
  | { readonly failure: string };

const mostCharacters = 1_000_000;

/** One request that follows no redirect. */
export async function askOver(url: string, init: RequestInit = {}): Promise<Asked> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(patience), ...init });
    const body = (await answer.text()).slice(0, mostCharacters);
    return { status: answer.status, headers: answer.headers, body, json: parse(body) };
  } catch (error) {
    const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    if (name === "TimeoutError") return { failure: `no answer within ${patience / 1_000} s` };
    return { failure: cause?.code ?? cause?.message ?? message };
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // a page, or nothing
  }
}
