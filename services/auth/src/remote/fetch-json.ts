import type { Network } from "@gateway/public-network";
import { guardedFetch, type RemoteAnswer } from "./guarded-fetch.ts";

const longestBody = 16_384;

/**
 * Fetches a JSON document from a URL that a stranger named, as `guardedFetch` does.
 * @param validators conditional request headers
 * @throws an Error whose message is fit for the log
 */
export async function fetchJson(
  url: string,
  network: Network,
  validators: Readonly<Record<string, string>> = {},
): Promise<RemoteAnswer<unknown>> {
  const answer = await guardedFetch(url, network, { accept: "application/json", longest: longestBody, validators });
  const { value, headers } = answer;
  if (value === undefined) return answer;
  if (!/^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i.test(headers["content-type"] ?? "")) {
    throw new Error("the media type is not JSON");
  }
  return { ...answer, value: JSON.parse(value.toString("utf8")) };
}
