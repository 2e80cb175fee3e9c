import { describe, expect, test } from "@jest/globals";
import { metaKeys } from "../../src/index.ts";
import { clientInfo, discovered, envelope, options, serverInfo, TranslatedSession } from "./session.ts";

const initialize = (params: object) => ({
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo, ...params },
});

describe("a legacy client's handshake with a modern server (mcp-wire.md 4.3)", () => {
  test("asks the server what it can do, under an id that is a text", () => {
    expect(new TranslatedSession().client(initialize({})).toServer).toEqual([
      { jsonrpc: "2.0", id: "discover", method: "server/discover", params: { _meta: envelope() } },
    ]);
  });

  test.each([
    [{}, {}],
    [{ tasks: {} }, {}],
    [
      { roots: { listChanged: true }, elicitation: {} },
      { roots: {}, elicitation: {} },
    ],
    [
      { sampling: { tools: {} }, experimental: { x: {} } },
      { sampling: { tools: {} }, experimental: { x: {} } },
    ],
    [{ sampling: true, elicitation: null }, {}],
    ["none", {}],
  ])("tells it of the client's capabilities %j as %j", (capabilities, told) =>
    expect(new TranslatedSession().client(initialize({ capabilities })).toServer[0].params._meta).toEqual(
      envelope(told),
    ),
  );

  test.each([[undefined], [{ name: "c" }], ["c"]])(
    "does not hand on who the client is where that is malformed: %j",
    (info) => {
      const { toServer } = new TranslatedSession().client(initialize({ clientInfo: info }));
      expect(toServer[0].params._meta).not.toHaveProperty([metaKeys.clientInfo]);
    },
  );

  test.each([
    ["2024-11-05", "2024-11-05"],
    ["2025-06-18", "2025-06-18"],
    ["2025-11-25", "2025-11-25"],
    ["2026-07-28", "2025-11-25"],
    ["1999-01-01", "2025-11-25"],
  ])("that asks for version %s is answered %s", (protocolVersion, answered) => {
    const session = new TranslatedSession();
    session.client(initialize({ protocolVersion }));
    const { toClient } = session.server({ id: "discover", result: discovered({ tools: {} }) });
    expect(toClient).toEqual([
      {
        jsonrpc: "2.0",
        id: 0,
        result: { protocolVersion: answered, capabilities: { tools: {} }, serverInfo },
      },
    ]);
  });

  test("is not answered a version newer than the preferred one", () => {
    const session = new TranslatedSession();
    session.state = { ...session.state, versions: { ...options.versions, preferred: "2025-06-18" } };
    session.client(initialize({}));
    const { toClient } = session.server({ id: "discover", result: discovered({}) });
    expect(toClient[0].result.protocolVersion).toBe("2025-06-18");
  });

  test("tells the client what the server says, less what the wires do not share", () => {
    const session = new TranslatedSession();
    session.client(initialize({}));
    const extensions = { "io.modelcontextprotocol/tasks": {}, "a/b": {} };
    const result = discovered({ tools: {}, extensions }, { instructions: "i" });
    expect(session.server({ id: "discover", result }).toClient[0].result).toEqual({
      protocolVersion: "2025-11-25",
      capabilities: { tools: {}, extensions: { "a/b": {} } },
      serverInfo,
      instructions: "i",
    });
  });

  test("names the server as it was configured where it does not say its name", () => {
    const session = new TranslatedSession();
    session.client(initialize({}));
    const { toClient } = session.server({ id: "discover", result: discovered({}, { _meta: undefined }) });
    expect(toClient[0].result.serverInfo).toEqual({ name: "configured", version: "unknown" });
  });

  test.each([
    [
      "an error",
      { error: { code: -32022, message: "m", data: { supported: ["2099-01-01"], requested: "2026-07-28" } } },
    ],
    ["other versions", { result: discovered({}, { supportedVersions: ["2099-01-01"] }) }],
    ["nothing of versions", { result: {} }],
  ])("fails where the server answers %s", (_what, answer) => {
    const session = new TranslatedSession();
    session.client(initialize({}));
    expect(session.server({ id: "discover", ...answer }).toClient).toMatchObject([{ id: 0, error: { code: -32603 } }]);
  });
});
