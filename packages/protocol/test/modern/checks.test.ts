import { describe, expect, test } from "@jest/globals";
import { checkModernNotification, checkModernRequest, metaKeys, type StandardHeaders } from "../../src/index.ts";
import { meta, notification, request } from "./messages.ts";

const call = { name: "add", arguments: {} };
const headersOf = (method: string, name?: string): StandardHeaders => ({ version: "2026-07-28", method, name });
const called = headersOf("tools/call", "add");
const refusalOf = (...asked: Parameters<typeof checkModernRequest>) => {
  const checked = checkModernRequest(...asked);
  return "refusal" in checked ? [checked.refusal.status, checked.refusal.error.code] : "served";
};

describe("a request of the modern wire (mcp-wire.md 2.3)", () => {
  const { [metaKeys.clientCapabilities]: _, ...withoutCapabilities } = meta;
  const future = { ...meta, [metaKeys.protocolVersion]: "2099-01-01" };
  const legacy = { ...meta, [metaKeys.protocolVersion]: "2025-11-25" };

  test.each<[string, Parameters<typeof checkModernRequest>, unknown]>([
    ["5 no _meta", [request("tools/list", {}, null), headersOf("tools/list")], [400, -32602]],
    ["5 _meta of another type", [request("tools/list", {}, []), headersOf("tools/list")], [400, -32602]],
    ["5 no capabilities", [request("tools/list", {}, withoutCapabilities), headersOf("tools/list")], [400, -32602]],
    ["5 before 6", [request("tools/list", {}, withoutCapabilities), headersOf("ping")], [400, -32602]],
    ["6 another version in the header", [request("tools/list"), { ...called, version: "2025-11-25" }], [400, -32020]],
    ["6 before 7", [request("tools/list", {}, future), headersOf("tools/list")], [400, -32020]],
    ["6 another method in the header", [request("tools/list"), headersOf("tools/call")], [400, -32020]],
    ["6 a method of other case", [request("tools/list"), headersOf("Tools/list")], [400, -32020]],
    ["6 initialize without a claim", [request("initialize", {}, null), headersOf("initialize")], [400, -32020]],
    [
      "6 initialize with a claim alone",
      [request("initialize", {}, withoutCapabilities), headersOf("initialize")],
      [400, -32020],
    ],
    [
      "6 initialize that claims a legacy version",
      [request("initialize", {}, legacy), headersOf("initialize")],
      [400, -32020],
    ],
    [
      "7 initialize that claims a later version",
      [request("initialize", {}, future), { ...headersOf("initialize"), version: "2099-01-01" }],
      [400, -32022],
    ],
    ["7 a later version", [request("x", {}, future), { ...headersOf("x"), version: "2099-01-01" }], [400, -32022]],
    ["7 an earlier one", [request("x", {}, legacy), { ...headersOf("x"), version: "2025-11-25" }], [400, -32022]],
    ["8 no version header", [request("tools/list"), { ...headersOf("tools/list"), version: undefined }], [400, -32020]],
    ["8 no method header", [request("ping"), { ...called, method: undefined }], [400, -32020]],
    ["8 no name header", [request("tools/call", call), headersOf("tools/call")], [400, -32020]],
    ["8 another name", [request("tools/call", call), headersOf("tools/call", "Add")], [400, -32020]],
    ["8 a damaged name", [request("tools/call", call), headersOf("tools/call", "=?base64?YWRk!?=")], [400, -32020]],
    [
      "8 a name that no header can hold",
      [request("tools/call", { name: "é" }), headersOf("tools/call", "é")],
      [400, -32020],
    ],
    ["8 a method that no header can hold", [request("é"), headersOf("é")], [400, -32020]],
    ["8 no uri", [request("resources/read", { uri: "a:b" }), headersOf("resources/read")], [400, -32020]],
    ["9 initialize that claims to be modern", [request("initialize"), headersOf("initialize")], [404, -32601]],
    ["9 a method of Object", [request("constructor"), headersOf("constructor")], [404, -32601]],
    ["none: a name in base64", [request("tools/call", call), headersOf("tools/call", "=?base64?YWRk?=")], "served"],
    ["none: space around values", [request("tools/call", call), headersOf(" tools/call\t", " add ")], "served"],
    ["none: a name that the server will miss", [request("tools/call"), headersOf("tools/call")], "served"],
    ["none: a name where none is needed", [request("tools/list"), headersOf("tools/list", "x")], "served"],
  ])("%s", (_rule, asked, expected) => expect(refusalOf(...asked)).toEqual(expected));

  test.each([
    ...["ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "tasks/get", "tasks/list"],
  ])("that was removed is not found: %s", (method) =>
    expect(refusalOf(request(method), headersOf(method))).toEqual([404, -32601]),
  );

  test.each([
    ["server/discover", {}],
    ["tools/list", {}],
    ["prompts/list", {}],
    ["prompts/get", { name: "add" }],
    ["resources/list", {}],
    ["resources/templates/list", {}],
    ["resources/read", { uri: "add" }],
    ["completion/complete", {}],
    ["subscriptions/listen", {}],
  ])("%s is served", (method, params) =>
    expect(refusalOf(request(method, params), headersOf(method, "add"))).toBe("served"),
  );

  test("names every part of the envelope that is wrong", () => {
    const wrong = {
      [metaKeys.protocolVersion]: 1,
      [metaKeys.clientInfo]: { name: "c" },
      [metaKeys.logLevel]: "loud",
      progressToken: {},
    };
    expect(checkModernRequest(request("tools/list", {}, wrong), headersOf("tools/list"))).toMatchObject({
      refusal: {
        error: {
          data: {
            envelope: [
              { key: metaKeys.protocolVersion, problem: "malformed" },
              { key: metaKeys.clientCapabilities, problem: "missing" },
              { key: metaKeys.clientInfo, problem: "malformed" },
              { key: metaKeys.logLevel, problem: "malformed" },
              { key: "progressToken", problem: "malformed" },
            ],
          },
        },
      },
    });
  });

  test.each([
    ["a fraction", 1.5],
    ["a text that is too long to be kept", "t".repeat(1_025)],
  ])("takes no progress token that is %s", (_what, progressToken) => {
    const asked = request("tools/list", {}, { ...meta, progressToken });
    expect(refusalOf(asked, headersOf("tools/list"))).toEqual([400, -32602]);
  });

  const named = { name: "c", version: "1" };
  test.each([
    [{ ...named, title: 5 }],
    [{ ...named, description: null }],
    [{ ...named, websiteUrl: {} }],
    [{ ...named, icons: {} }],
    [{ ...named, icons: [{}] }],
    [{ ...named, icons: [{ src: "a:b", sizes: "any" }] }],
    [{ ...named, icons: [{ src: "a:b", mimeType: 1 }] }],
    [{ ...named, icons: [{ src: "a:b", theme: "blue" }] }],
  ])("with a client that is called %j is malformed", (clientInfo) => {
    const asked = request("tools/list", {}, { ...meta, [metaKeys.clientInfo]: clientInfo });
    expect(refusalOf(asked, headersOf("tools/list"))).toEqual([400, -32602]);
  });

  test.each([
    [metaKeys.clientCapabilities, { extensions: { "a.b/c": { long: "x".repeat(65_537) } } }],
    [metaKeys.clientInfo, { ...named, title: "x".repeat(65_537) }],
  ])("is refused %s that is longer than what may be kept while it is open", (key, value) => {
    const asked = request("tools/list", {}, { ...meta, [key]: value });
    expect(checkModernRequest(asked, headersOf("tools/list"))).toMatchObject({
      refusal: { status: 400, error: { code: -32602, data: { envelope: [{ key, problem: "too_long" }] } } },
    });
  });

  test("may be long itself, as what it asks is not kept", () => {
    const asked = request("tools/call", { ...call, arguments: { long: "x".repeat(65_537) } });
    expect(refusalOf(asked, called)).toBe("served");
  });

  const malformed = [
    [],
    { roots: true },
    { elicitation: [] },
    { elicitation: { url: true } },
    { sampling: { tools: null } },
    { sampling: { context: 1 } },
    { elicitation: { form: "yes" } },
    { experimental: { a: true } },
    { extensions: { a: 1 } },
  ];
  test.each(malformed.map((capabilities) => [capabilities]))("with capabilities %j is malformed", (capabilities) => {
    const asked = request("tools/list", {}, { ...meta, [metaKeys.clientCapabilities]: capabilities });
    expect(refusalOf(asked, headersOf("tools/list"))).toEqual([400, -32602]);
  });

  test.each([
    [{ more: true }],
    [{ roots: { more: true } }],
    [{ sampling: { more: true } }],
    [{ elicitation: { form: {}, more: 1 } }],
  ])("may declare more than the schema knows, as in %j", (capabilities) => {
    const asked = request("tools/list", {}, { ...meta, [metaKeys.clientCapabilities]: capabilities });
    expect(refusalOf(asked, headersOf("tools/list"))).toBe("served");
  });

  test("says what its client can do, and is called", () => {
    const icons = [{ src: "a:b", mimeType: "image/png", sizes: ["any"], theme: "dark" }];
    const clientInfo = { ...named, title: "C", description: "d", websiteUrl: "a:b", icons };
    const _meta = { ...meta, [metaKeys.clientInfo]: clientInfo, [metaKeys.logLevel]: "error" };
    expect(checkModernRequest(request("tools/list", {}, _meta), headersOf("tools/list"))).toEqual({
      envelope: { version: "2026-07-28", capabilities: {}, clientInfo, logLevel: "error" },
    });
  });

  test("of an unknown version learns which there are", () => {
    const headers = { ...headersOf("tools/list"), version: "2099-01-01" };
    expect(checkModernRequest(request("tools/list", {}, future), headers)).toMatchObject({
      refusal: { error: { data: { supported: ["2026-07-28"], requested: "2099-01-01" } } },
    });
  });
});

describe("a notification of the modern wire", () => {
  const none = { version: undefined, method: undefined, name: undefined };
  const cancelled = (_meta?: object) => notification({ method: "notifications/cancelled", params: { _meta } });

  test.each([
    ["no headers", cancelled(), none, undefined],
    ["the right ones", cancelled(meta), headersOf("notifications/cancelled"), undefined],
    ["another method", cancelled(), headersOf("notifications/progress"), -32020],
    ["another version", cancelled(meta), { ...headersOf("notifications/cancelled"), version: "2099-01-01" }, -32020],
    ["a claim that is no version", cancelled({ ...meta, [metaKeys.protocolVersion]: 5 }), none, -32602],
    [
      "a claim to a version that is not served",
      cancelled({ ...meta, [metaKeys.protocolVersion]: "2099-01-01" }),
      none,
      -32022,
    ],
  ])("with %s", (_what, sent, headers, code) => expect(checkModernNotification(sent, headers)?.error.code).toBe(code));
});
