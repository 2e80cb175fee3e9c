import { describe, expect, test } from "@jest/globals";
import { endToEndHeaders, withHeaders, withIdentity } from "../../src/domain/upstream-headers.ts";

describe("what of a client's headers goes on", () => {
  test.each([
    "X-Forwarded-For",
    "X_Forwarded_Host",
    "x-forwarded_proto",
    "X.Forwarded.Uri",
    "X-Forwarded-Prefix",
    "Forwarded",
    "X-Real-Ip",
    "X_Real_IP",
    "X-Original-URL",
    "X-Rewrite-Url",
    "Connection",
    "Keep-Alive",
    "TE",
    "Trailer",
    "Upgrade",
    "Expect",
    "Proxy-Authorization",
  ])("not %s", (name) => expect(endToEndHeaders([name, "x"])).toEqual({}));

  test("not what Connection names", () => {
    expect(endToEndHeaders(["Connection", "close, X-Hop", "X-Hop", "1", "X-End", "2"])).toEqual({ "x-end": "2" });
  });

  test("where a body ends cannot be named away", () => {
    const headers = ["Connection", "content-length, host", "Content-Length", "3", "Host", "a"];
    expect(endToEndHeaders(headers)).toEqual({ "content-length": "3", host: "a" });
    expect(endToEndHeaders(["Connection", "transfer-encoding", "Transfer-Encoding", "chunked"])).toEqual({
      "transfer-encoding": "chunked",
    });
  });

  test("several lines of one header stay several", () => {
    expect(endToEndHeaders(["Accept", "a", "accept", "b"])).toEqual({ accept: ["a", "b"] });
  });
});

describe("a header with the name of what every object has", () => {
  test.each(["constructor", "__proto__", "tostring", "hasownproperty"])("%s goes on as it came", (name) => {
    const headers = endToEndHeaders([name, "x"]);
    expect(Object.entries(headers)).toEqual([[name, "x"]]);
    expect(Object.entries(withIdentity(withHeaders(headers, {}), {}))).toEqual([[name, "x"]]);
  });
});

describe("identity", () => {
  test("replaces every spelling a client sent", () => {
    const sent = {
      "x-user-id": "1",
      x_user_id: "1",
      "x.auth.token": "t",
      cookie: "c",
      authorization: "a",
      accept: "*",
    };
    expect(withIdentity(sent, { "x-user-id": "7" })).toEqual({ accept: "*", "x-user-id": "7" });
  });
});

describe("headers set by a route", () => {
  test("replace those of any case; an empty value removes", () => {
    expect(withHeaders({ "x-a": "1", "x-b": "2" }, { "X-A": "9", "X-B": "", "X-C": "3" })).toEqual({
      "x-a": "9",
      "x-c": "3",
    });
  });
});
