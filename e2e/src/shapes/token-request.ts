import { type Answer, send } from "../http.ts";
import type { Tokens } from "../oauth.ts";
import type { TokenAuthentication } from "./client-shape.ts";
import type { Endpoints } from "./discovery.ts";

/** What a client knows itself by. */
export interface Registered {
  readonly client_id: string;
  readonly client_secret?: string;
}

/**
 * Asks for tokens (RFC 6749 4.1.3, 6) with the client shown in its way.
 * @param form without what is undefined
 * @throws what was answered instead
 */
export async function askForTokens(
  { token_endpoint }: Endpoints,
  authentication: TokenAuthentication,
  client: Registered,
  form: Record<string, string | undefined>,
): Promise<Tokens> {
  const { authorization, fields } = shownBy(client)[authentication];
  const given = Object.entries({ ...form, ...fields }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const answer = await send(token_endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: new URLSearchParams(given).toString(),
  });
  return readAs<Tokens>(answer, 200);
}

function shownBy({ client_id, client_secret = "" }: Registered) {
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const encoded = basic(encodeURIComponent(client_id), encodeURIComponent(client_secret));
  return {
    "client_id alone": { authorization: undefined, fields: { client_id } },
    "client_id and secret in the form": { authorization: undefined, fields: { client_id, client_secret } },
    "Basic, nothing encoded": { authorization: basic(client_id, client_secret), fields: {} },
    "Basic, encoded, with client_id in the form too": { authorization: encoded, fields: { client_id } },
    "Basic with an empty secret": { authorization: basic(client_id, ""), fields: {} },
  } satisfies Record<TokenAuthentication, { authorization: string | undefined; fields: Record<string, string> }>;
}

/** @throws what was answered, when its status is another */
export function readAs<T>({ status, text }: Answer, expected: number): T {
  if (status !== expected) throw new Error(`answered ${status} for ${expected}: ${text}`);
  return JSON.parse(text) as T;
}
