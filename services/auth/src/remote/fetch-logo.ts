import type { Network } from "@gateway/public-network";
import { imageTypes } from "../domain/logo.ts";
import { guardedFetch, type RemoteAnswer } from "./guarded-fetch.ts";

const longestBody = 65_536;

/** Fetches the bytes of a logo from a URL that a stranger named, as `guardedFetch` does; what they are is not looked at. */
export function fetchLogo(
  url: string,
  network: Network,
  validators: Readonly<Record<string, string>>,
): Promise<RemoteAnswer<Buffer>> {
  return guardedFetch(url, network, { accept: imageTypes.join(", "), longest: longestBody, validators });
}
