import { isLoopbackName } from "../env/values.ts";
import { fillText } from "./fill-placeholders.ts";
import { type Path, type Report, refuse, refuseUnseen } from "./report.ts";

// RFC 9110 5.6.2, and what no header value may hold (5.5); a backtick could end a rule in a rendered file.
const token = /^[!#$%&'*+.^_|~0-9A-Za-z-]+$/;
const unprintable = /[\p{Cc}`\u2028\u2029]/u;

/** The MCP endpoint of a server that speaks HTTP itself. `${PORT}` is taken for a port. */
export function checkUpstreamUrl(url: string, at: Path, report: Report): void {
  const allowed = checkUrl(fillText(url, { port: 1, dataDir: "" }));
  if (allowed !== undefined) refuse(report, at, url, allowed);
}

function checkUrl(text: string): string | undefined {
  if (unprintable.test(text)) return "no backtick and no control character";
  if (!URL.canParse(text)) return "a URL such as http://127.0.0.1:3001/mcp";
  const url = new URL(text);
  if (!["http:", "https:"].includes(url.protocol)) return "an http:// or https:// URL";
  if (url.username !== "" || url.password !== "") return "no user and password in it; headers can carry them";
  if (url.search !== "" || url.hash !== "") return "no ? and no # in it; headers can carry a key";
  return undefined;
}

/** Of a server in a container of its own the URL says port and path: any other host than the container would be ignored. */
export function checkContainerUrl(url: string, name: string, at: Path, report: Report): void {
  const filled = fillText(url, { port: 1, dataDir: "" });
  if (!URL.canParse(filled)) return; // which checkUpstreamUrl tells
  const { protocol, hostname } = new URL(filled);
  if (protocol === "http:" && (hostname === name || isLoopbackName(hostname))) return;
  refuse(report, at, url, `a URL of its container, such as http://${name}:3000/mcp, since gateway has an image`);
}

// The connection's own, and the identity that only the gateway may assert (oauth-wire 13.2).
const forbidden =
  /^(host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|forwarded|x[^a-z0-9]+(user|auth|gateway|forwarded)[^a-z0-9].*)$/i;

/** Headers that are set on the way to the server. */
export function checkUpstreamHeaders(headers: Readonly<Record<string, string>>, at: Path, report: Report): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!token.test(name)) refuse(report, at, name, "a header name: letters, digits and -");
    else if (forbidden.test(name))
      refuse(report, at, name, "another header: this one is the connection's or the gateway's");
    if (unprintable.test(value))
      refuseUnseen(report, [...at, name], "a header value without backticks and control characters");
  }
}
