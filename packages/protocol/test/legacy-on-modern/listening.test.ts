import { describe, expect, test } from "@jest/globals";
import { afterPause, metaKeys } from "../../src/index.ts";
import { envelope, TranslatedSession } from "./session.ts";

const lists = { toolsListChanged: true, resourcesListChanged: true };
const initialized = { method: "notifications/initialized" };
const subscribe = (id: number, uri: string) => ({ id, method: "resources/subscribe", params: { uri } });
const unsubscribe = (id: number, uri: string) => ({ id, method: "resources/unsubscribe", params: { uri } });
const under = (id: string, params: object = {}) => ({
  params: { ...params, _meta: { [metaKeys.subscriptionId]: id } },
});
const acknowledged = (id: string, uris?: readonly string[], more: object = lists) => ({
  method: "notifications/subscriptions/acknowledged",
  ...under(id, { notifications: { ...more, ...(uris && { resourceSubscriptions: uris }) } }),
});
const updated = (id: string, uri: string) => ({ method: "notifications/resources/updated", ...under(id, { uri }) });
const cancelled = (requestId: string) => ({ method: "notifications/cancelled", params: { requestId } });
const granted = (id: number) => ({ jsonrpc: "2.0", id, result: {} });

/** A session that listens to lists, and to a resource where one is named. */
function listening(uri?: string): TranslatedSession {
  const session = TranslatedSession.open();
  session.client(initialized);
  session.server(acknowledged("listen-1"));
  if (uri === undefined) return session;
  session.client(subscribe(1, uri));
  session.server(acknowledged("listen-2", [uri]));
  return session;
}

describe("what a legacy client is told of by a modern server (mcp-wire.md 4.3)", () => {
  test("is listened to from the end of the handshake, once", () => {
    const session = TranslatedSession.open();
    expect(session.client(initialized).toServer).toEqual([
      {
        jsonrpc: "2.0",
        id: "listen-1",
        method: "subscriptions/listen",
        params: { notifications: lists, _meta: envelope() },
      },
    ]);
    expect(session.client(initialized).toServer).toEqual([]);
  });

  test("is nothing where the server tells of no list", () =>
    expect(TranslatedSession.open({ server: { tools: {} } }).client(initialized).toServer).toEqual([]));

  test.each([
    ["notifications/tools/list_changed", [{ jsonrpc: "2.0", method: "notifications/tools/list_changed", params: {} }]],
    ["notifications/prompts/list_changed", []],
    ["notifications/resources/updated", []],
  ])("%s of the subscription, as it was asked for", (method, expected) => {
    const { toClient, about } = listening().server({
      method,
      ...under("listen-1", { uri: "u" }),
      ...under("listen-1"),
    });
    expect(toClient).toEqual(expected);
    expect(about).toEqual(expected.map(() => "nothing"));
  });

  test("is listened to again, after a while, when the server has ended that", () => {
    for (const end of [{ id: "listen-1", result: { resultType: "complete" } }, cancelled("listen-1")]) {
      const session = listening();
      const [pause] = session.server(end).pauses;
      expect(pause).toEqual({ milliseconds: 5_000, call: undefined });
      const again = session.take(afterPause(session.state, { milliseconds: 5_000, call: undefined }));
      expect(again.toServer).toMatchObject([{ id: "listen-2", params: { notifications: lists } }]);
    }
  });

  test("is listened to again, after a while, when the server has ended that and refuses it in between", () => {
    const session = listening();
    session.server({ id: "listen-1", result: { resultType: "complete" } });
    session.client(subscribe(1, "no such resource"));
    const refused = session.server({ id: "listen-2", error: { code: -32602, message: "m" } });
    expect(refused.toClient).toMatchObject([{ id: 1, error: { code: -32602 } }]);
    expect(refused.pauses).toEqual([{ milliseconds: 5_000, call: undefined }]);
    const again = session.take(afterPause(session.state, { milliseconds: 5_000, call: undefined }));
    expect(again.toServer).toMatchObject([{ id: "listen-3", params: { notifications: lists } }]);
  });

  test("is not listened to again where the server never took that", () => {
    const session = TranslatedSession.open();
    session.client(initialized);
    expect(session.server({ id: "listen-1", error: { code: -32601, message: "m" } }).pauses).toEqual([]);
  });

  test("is not listened to twice", () => {
    const session = listening();
    expect(session.take(afterPause(session.state, { milliseconds: 5_000, call: undefined })).toServer).toEqual([]);
  });
});

describe("a legacy client's subscription to a resource of a modern server", () => {
  test.each([["resources/subscribe"], ["resources/unsubscribe"]])(
    "%s does not exist where the server has none",
    (method) => {
      const session = TranslatedSession.open({ server: { resources: {} } });
      expect(session.client({ id: 1, method, params: { uri: "u" } }).toClient).toMatchObject([
        { error: { code: -32601 } },
      ]);
    },
  );

  test("without a URI is refused", () =>
    expect(listening().client({ id: 1, method: "resources/subscribe", params: {} }).toClient).toMatchObject([
      { error: { code: -32602 } },
    ]));

  test("is answered when another subscription has taken the first one's place", () => {
    const session = listening();
    const { toServer, toClient } = session.client(subscribe(1, "u"));
    expect(toClient).toEqual([]);
    expect(toServer).toMatchObject([
      { id: "listen-2", params: { notifications: { ...lists, resourceSubscriptions: ["u"] } } },
    ]);
    const taken = session.server(acknowledged("listen-2", ["u"]));
    expect(taken.toClient).toEqual([granted(1)]);
    expect(taken.toServer).toMatchObject([cancelled("listen-1")]);
    expect(session.server(updated("listen-2", "u")).toClient).toEqual([
      { jsonrpc: "2.0", method: "notifications/resources/updated", params: { uri: "u" } },
    ]);
    expect(session.server(updated("listen-1", "u")).toClient).toEqual([]);
  });

  test("is refused where the server does not tell of that resource", () => {
    const session = listening();
    session.client(subscribe(1, "u"));
    expect(session.server(acknowledged("listen-2", [])).toClient).toMatchObject([{ id: 1, error: { code: -32602 } }]);
    expect(session.server(updated("listen-2", "u")).toClient).toEqual([]);
  });

  test.each([
    ["an error", { error: { code: -32602, message: "no such resource" } }, -32602],
    ["an end", { result: { resultType: "complete" } }, -32603],
  ])("is refused with %s, and the first one stays", (_what, answer, code) => {
    const session = listening();
    session.client(subscribe(1, "u"));
    const { toClient, toServer } = session.server({ id: "listen-2", ...answer });
    expect(toClient).toMatchObject([{ id: 1, error: { code } }]);
    expect(toServer).toEqual([]);
    const method = "notifications/tools/list_changed";
    expect(session.server({ method, ...under("listen-1") }).toClient).toHaveLength(1);
  });

  test("with others that come meanwhile is one change after it", () => {
    const session = listening();
    session.client(subscribe(1, "a"));
    expect(session.client(subscribe(2, "b")).toServer).toEqual([]);
    session.client(subscribe(3, "c"));
    const { toServer } = session.server(acknowledged("listen-2", ["a"]));
    expect(toServer).toMatchObject([
      cancelled("listen-1"),
      { id: "listen-3", params: { notifications: { resourceSubscriptions: ["a", "b", "c"] } } },
    ]);
    expect(session.server(acknowledged("listen-3", ["a", "b", "c"])).toClient).toEqual([granted(2), granted(3)]);
  });

  test("is taken back by resources/unsubscribe", () => {
    const session = listening("u");
    expect(session.client(unsubscribe(2, "u")).toServer).toMatchObject([{ params: { notifications: lists } }]);
    const { toClient, toServer } = session.server(acknowledged("listen-3"));
    expect(toClient).toEqual([granted(2)]);
    expect(toServer).toMatchObject([cancelled("listen-2")]);
    expect(session.server(updated("listen-3", "u")).toClient).toEqual([]);
  });

  test("is taken back even where the server does not take that", () => {
    const session = listening("u");
    session.client(unsubscribe(2, "u"));
    expect(session.server({ id: "listen-3", error: { code: -32603, message: "m" } }).toClient).toEqual([granted(2)]);
    expect(session.server(updated("listen-2", "u")).toClient).toEqual([]);
  });

  test("ends the listening with the last one where there are no lists", () => {
    const session = TranslatedSession.open({ server: { resources: { subscribe: true } } });
    session.client(subscribe(1, "u"));
    session.server(acknowledged("listen-1", ["u"], {}));
    const { toServer, toClient } = session.client(unsubscribe(2, "u"));
    expect(toServer).toMatchObject([cancelled("listen-1")]);
    expect(toClient).toEqual([granted(2)]);
  });

  test("that its client cancels is not waited for", () => {
    const session = listening();
    session.client(subscribe(1, "a"));
    session.client(subscribe(2, "b"));
    const cancel = (requestId: number) => session.client({ method: "notifications/cancelled", params: { requestId } });
    expect(cancel(2).toServer).toEqual([]);
    expect(cancel(1).toServer).toMatchObject([cancelled("listen-2")]);
    expect(session.server(acknowledged("listen-2", ["a"])).toClient).toEqual([]);
  });

  test("is one of a hundred at most", () => {
    const session = listening();
    for (let id = 1; id <= 100; id += 1) session.client(subscribe(id, `u${id}`));
    expect(session.client(subscribe(101, "one more")).toClient).toMatchObject([{ id: 101, error: { code: -32602 } }]);
  });
});
