import { isHostListed } from "@gateway/public-network";
import { FetchRefused } from "./fetch-refused.ts";

const longestUrl = 8_192;

/**
 * A URL that may be fetched, as far as can be said before its host's addresses are known.
 * @param allowedDomains as `isHostListed` reads them; empty: all
 * @throws {FetchRefused}
 */
export function parseDestination(text: string, allowedDomains: readonly string[], base?: URL): URL {
  if (text.length > longestUrl || !URL.canParse(text, base?.href)) {
    throw new FetchRefused("The URL cannot be read: give an absolute one, such as https://example.com/page");
  }
  const url = new URL(text, base?.href);
  if (!/^https?:$/.test(url.protocol)) throw new FetchRefused("Only http:// and https:// URLs are fetched");
  if (url.username !== "" || url.password !== "") {
    throw new FetchRefused("No user and password in a URL: send an Authorization header");
  }
  if (!isPortAllowed(url.port)) {
    throw new FetchRefused("Only ports 80, 443 and those from 1024 are fetched from: others are no web servers");
  }
  const host = url.hostname.replace(/\.$/, "");
  if (allowedDomains.length > 0 && !isHostListed(allowedDomains, host)) {
    throw new FetchRefused(
      `${host} is not among the hosts that this server may fetch from (MCP_FETCH_ALLOWED_DOMAINS)`,
    );
  }
  return url;
}

/** Below 1024 other services listen, such as mail, to whom a body can be made to speak. */
function isPortAllowed(port: string): boolean {
  return port === "" || port === "80" || port === "443" || Number(port) >= 1_024;
}
