import type { Credentials } from "./credentials.ts";

/** Parameters of queries and forms that are credentials, or bind one to who asked (RFC 6749, 7009, 7523, 7636, 8628). */
const parameters = new Set([
  ...["code", "state", "code_verifier", "access_token", "refresh_token", "token", "client_secret", "client_assertion"],
  ...["device_code", "user_code", "csrf"],
]);
/** Members of JSON answers that are (RFC 6749 5.1, 7591 3.2.1, 7592 3, 8628 3.2). */
const members = new Set([
  ...["access_token", "refresh_token", "client_secret", "registration_access_token", "device_code", "user_code"],
]);
const wholeHeaders = new Set(["mcp-session-id", "x-auth-token", "x-gateway-assertion"]);

type HeaderValue = string | readonly string[] | number | undefined;

/** Remembers the credentials in a URL's query. */
export function seeUrl(credentials: Credentials, url: string): void {
  const query = url.indexOf("?");
  if (query >= 0) seeForm(credentials, url.slice(query + 1).split("#", 1)[0] ?? "");
}

/** Remembers those in a form (application/x-www-form-urlencoded). */
export function seeForm(credentials: Credentials, form: string): void {
  for (const [name, value] of new URLSearchParams(form)) {
    if (parameters.has(name)) credentials.add(name, value);
  }
}

/** Remembers those in the headers of a request or an answer, whose names may be in any case. */
export function seeHeaders(credentials: Credentials, headers: Iterable<readonly [string, HeaderValue]>): void {
  for (const [name, values] of headers) {
    for (const value of [values ?? []].flat()) seeHeader(credentials, name.toLowerCase(), `${value}`);
  }
}

function seeHeader(credentials: Credentials, name: string, value: string): void {
  if (name === "authorization") seeAuthorization(credentials, value);
  else if (name === "cookie") for (const pair of value.split(";")) seeCookie(credentials, pair);
  else if (name === "set-cookie") seeCookie(credentials, value.split(";", 1)[0] ?? "");
  else if (name === "location") seeUrl(credentials, value);
  else if (wholeHeaders.has(name)) credentials.add(name, value);
}

function seeAuthorization(credentials: Credentials, value: string): void {
  const [, scheme = "", token = ""] = /^(\S+) +(\S+)/.exec(value) ?? [];
  credentials.add("authorization", token);
  // RFC 6749 2.3.1: id and secret, form-encoded, a colon between them.
  if (scheme.toLowerCase() !== "basic") return;
  const [, secret = ""] = Buffer.from(token, "base64").toString("latin1").split(":");
  credentials.add("client_secret", new URLSearchParams(`secret=${secret}`).get("secret") ?? undefined);
}

function seeCookie(credentials: Credentials, pair: string): void {
  credentials.add("cookie", pair.slice(pair.indexOf("=") + 1).trim());
}

/** Remembers those in a body: a JSON answer, a page, or several texts one after the other. */
export function seeBody(credentials: Credentials, body: string): void {
  for (const [token] of body.matchAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g)) credentials.add("access_token", token);
  for (const [, name, value] of body.matchAll(/name="(csrf|user_code)" value="([^"]+)"/g))
    credentials.add(name ?? "", value);
  for (const [, name = "", value] of body.matchAll(/"(\w+)" *: *"([^"\\]+)"/g)) {
    if (members.has(name)) credentials.add(name, value);
  }
}
