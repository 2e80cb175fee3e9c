import { describe, expect, test } from "@jest/globals";
import { fromLegacyClient, metaKeys, type Request } from "../../src/index.ts";
import { envelope, TranslatedSession } from "./session.ts";

const refusedAs = (code: number) => [{ id: 1, error: { code } }];

describe("a legacy client's request to a modern server (mcp-wire.md 4.3)", () => {
  test.each(["tasks/get", "tasks/list", "tasks/result", "tasks/cancel", "server/discover", "subscriptions/listen"])(
    "%s is of the other wire, and does not exist",
    (method) => {
      const { toClient, toServer } = TranslatedSession.open().client({ id: 1, method, params: {} });
      expect(toClient).toMatchObject(refusedAs(-32601));
      expect(toServer).toEqual([]);
    },
  );

  test.each(["tools/list", "tools/call", "prompts/get", "resources/read", "completion/complete", "x/own"])(
    "%s is handed on with what the client said of itself",
    (method) => {
      const session = TranslatedSession.open({ capabilities: { elicitation: {} } });
      expect(session.client({ id: 1, method, params: { a: 1 } }).toServer).toEqual([
        { jsonrpc: "2.0", id: 1, method, params: { a: 1, _meta: envelope({ elicitation: {} }) } },
      ]);
    },
  );

  test("is handed on without what its server would misread", () => {
    const _meta = { progressToken: 1, traceparent: "00-1", "io.modelcontextprotocol/related-task": {} };
    const params = { name: "a", task: { ttl: 1 }, inputResponses: {}, requestState: "forged", _meta };
    const { toServer } = TranslatedSession.open().client({ id: 1, method: "tools/call", params });
    expect(toServer[0].params).toEqual({
      name: "a",
      _meta: { progressToken: 1, traceparent: "00-1", ...envelope() },
    });
  });

  test("is handed on with numbers as they stood", () => {
    const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"n":12345678901234567890}}}`;
    const request: Request = { kind: "request", id: 1, idText: "1", method: "tools/call", params: {}, text };
    const { toServer } = fromLegacyClient(TranslatedSession.open().state, request);
    expect(toServer[0]).toContain('"n":12345678901234567890');
  });

  test("ping is answered without asking the server", () =>
    expect(TranslatedSession.open().client({ id: 1, method: "ping" })).toMatchObject({
      toServer: [],
      toClient: [{ id: 1, result: {} }],
    }));

  test.each([
    ["a server without log messages", {}, "info", refusedAs(-32601)],
    ["a level that there is not", { logging: {} }, "loud", refusedAs(-32602)],
    ["no level", { logging: {} }, undefined, refusedAs(-32602)],
    ["a level", { logging: {} }, "warning", [{ id: 1, result: {} }]],
  ])("logging/setLevel with %s", (_what, server, level, expected) => {
    const session = TranslatedSession.open({ server });
    const { toClient, toServer } = session.client({ id: 1, method: "logging/setLevel", params: { level } });
    expect(toClient).toMatchObject(expected);
    expect(toServer).toEqual([]);
  });

  test("asks for log messages once the client has set a level, and not before", () => {
    const session = TranslatedSession.open();
    const metaOf = (id: number) => session.client({ id, method: "tools/list" }).toServer[0].params._meta;
    expect(metaOf(1)).not.toHaveProperty([metaKeys.logLevel]);
    session.client({ id: 2, method: "logging/setLevel", params: { level: "error" } });
    expect(metaOf(3)).toHaveProperty([metaKeys.logLevel], "error");
  });

  test.each(["notifications/roots/list_changed", "notifications/progress", "notifications/tasks/status", "x/own"])(
    "the notification %s does not exist for the server",
    (method) =>
      expect(TranslatedSession.open().client({ method, params: {} })).toMatchObject({ toServer: [], toClient: [] }),
  );
});

describe("a call that its client cancels", () => {
  test("is cancelled at the server, and its late answer reaches nobody", () => {
    const session = TranslatedSession.open();
    session.client({ id: 1, method: "tools/call", params: { name: "a" } });
    const params = { requestId: 1, reason: "bored" };
    expect(session.client({ method: "notifications/cancelled", params }).toServer).toEqual([
      { jsonrpc: "2.0", method: "notifications/cancelled", params },
    ]);
    expect(session.server({ id: 1, result: { content: [] } }).toClient).toEqual([]);
    expect(session.state).toMatchObject({ keptText: 0, calls: new Map() });
  });

  test.each([[{ requestId: 7 }], [{}]])("and is none that runs: %j", (params) =>
    expect(TranslatedSession.open().client({ method: "notifications/cancelled", params }).toServer).toEqual([]),
  );
});

describe("what a modern server says beside its answers", () => {
  test.each([
    ["notifications/progress", { progressToken: 1, progress: 2 }],
    ["notifications/message", { level: "info", data: "d" }],
    ["x/own", { a: 1 }],
  ])("%s is told as it is", (method, params) => {
    const _meta = { "io.modelcontextprotocol/x": 1, own: 2 };
    const { toClient, about } = TranslatedSession.open().server({ method, params: { ...params, _meta } });
    expect(toClient).toEqual([{ jsonrpc: "2.0", method, params: { ...params, _meta: { own: 2 } } }]);
    expect(about).toEqual([undefined]);
  });

  test.each([
    "notifications/tools/list_changed",
    "notifications/resources/updated",
    "notifications/subscriptions/acknowledged",
    "notifications/cancelled",
  ])("%s outside a subscription is told to nobody", (method) =>
    expect(TranslatedSession.open().server({ method, params: { uri: "u" } }).toClient).toEqual([]),
  );

  test("a request, or an answer to nothing, is told to nobody", () => {
    const session = TranslatedSession.open();
    expect(session.server({ id: 1, method: "roots/list" }).toClient).toEqual([]);
    expect(session.server({ id: 99, result: {} }).toClient).toEqual([]);
    expect(session.server({ id: null, error: { code: 1, message: "m" } }).toClient).toEqual([]);
  });
});
