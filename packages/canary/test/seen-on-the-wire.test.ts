import { expect, test } from "@jest/globals";
import { Credentials, seeBody, seeForm, seeHeaders, seeUrl } from "../src/index.ts";

const value = "canary-0123456789";
const jwt = `eyJhbGciOi.eyJpc3Mi.${value}`;

test.each<[string, (credentials: Credentials) => void]>([
  ["a bearer token", (seen) => seeHeaders(seen, [["Authorization", `Bearer ${jwt}`]])],
  ["a client's secret", (seen) => seeHeaders(seen, [["authorization", `Basic ${btoa(`id%3A:${value}`)}`]])],
  ["cookies sent", (seen) => seeHeaders(seen, [["cookie", `a=b; c=${value}`]])],
  ["cookies set", (seen) => seeHeaders(seen, Object.entries({ "set-cookie": ["a=b", `c=${value}; Path=/`] }))],
  ["a session's id", (seen) => seeHeaders(seen, [["Mcp-Session-Id", value]])],
  ["a redirect's code", (seen) => seeHeaders(seen, [["location", `http://127.0.0.1/cb?state=s&code=${value}`]])],
  ["a state", (seen) => seeUrl(seen, `http://localhost/authorize?client_id=x&state=${value}`)],
  ["a verifier", (seen) => seeForm(seen, `code=x&code_verifier=${value}`)],
  ["a refresh token", (seen) => seeBody(seen, `{"a":{"refresh_token":"${value}"}}`)],
  ["a token amid other text", (seen) => seeBody(seen, `HTTP/1.1 200 OK\n\n{"access_token":"${jwt}"}`)],
  ["a personal token on a page", (seen) => seeBody(seen, `<pre class="code">${jwt}</pre>`)],
  ["a form's token", (seen) => seeBody(seen, `<input type="hidden" name="csrf" value="${value}">`)],
])("%s is seen", (_what, see) => {
  const credentials = new Credentials();
  see(credentials);
  expect(credentials.find(`… ${value} …`)).toHaveLength(1);
});

test.each<[string, (credentials: Credentials) => void]>([
  ["a client's id", (seen) => seeUrl(seen, `/authorize?client_id=${value}`)],
  ["an error's description", (seen) => seeBody(seen, `{"error_description":"${value}"}`)],
  ["a media type", (seen) => seeHeaders(seen, [["content-type", value]])],
])("%s is none", (_what, see) => {
  const credentials = new Credentials();
  see(credentials);
  expect(credentials.isEmpty).toBe(true);
});
