import { expect, test } from "@jest/globals";
import { type Hop, nextHop } from "../../src/domain/next-hop.ts";

const posted: Hop = {
  url: new URL("https://app.example/a"),
  method: "POST",
  headers: { accept: "*/*", authorization: "Bearer x", "content-type": "text/plain", "content-length": "1" },
  body: "b",
};
const here = new URL("https://app.example/b");
const elsewhere = ["http://app.example/b", "https://app.example:8443/b", "https://other.example/b"].map(
  (url) => new URL(url),
);

test.each([301, 302, 303])("%d turns a POST into a GET without its body (RFC 9110 15.4)", (status) => {
  const headers = { accept: "*/*", authorization: "Bearer x" };
  expect(nextHop(posted, status, here)).toEqual({ url: here, method: "GET", headers });
});

test.each([307, 308])("%d keeps method and body", (status) => {
  expect(nextHop(posted, status, here)).toEqual({ ...posted, url: here });
});

test.each(elsewhere)("%s is another origin, and is not told the authorization", (url) => {
  expect(nextHop(posted, 307, url).headers).toEqual({
    accept: "*/*",
    "content-type": "text/plain",
    "content-length": "1",
  });
});
