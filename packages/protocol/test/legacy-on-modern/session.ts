import {
  beginTranslation,
  fromLegacyClient,
  fromModernChild,
  type Message,
  metaKeys,
  parseMessages,
  type Step,
  type Translation,
} from "../../src/index.ts";

const versions = {
  supported: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"],
  preferred: "2025-11-25",
} as const;
export const options = { versions, name: "configured", seed: "seed", mostRounds: 10 };
export const serverInfo = { name: "s", version: "1" };
export const clientInfo = { name: "c", version: "2" };

/** Everything that a server can do which a session listens to. */
const serverCapabilities = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  logging: {},
};

const messageOf = (value: object): Message => parseMessages(JSON.stringify({ jsonrpc: "2.0", ...value })).messages[0];

/** One session's translation, and what it has said. */
export class TranslatedSession {
  state: Translation = beginTranslation(options);

  /** A session after its handshake. */
  static open({
    version = "2025-11-25",
    capabilities = {},
    server = serverCapabilities,
  }: {
    version?: string;
    capabilities?: object;
    server?: object;
  } = {}): TranslatedSession {
    const session = new TranslatedSession();
    session.client({ id: 0, method: "initialize", params: { protocolVersion: version, capabilities, clientInfo } });
    session.server({ id: "discover", result: discovered(server) });
    return session;
  }

  client(value: object) {
    return this.take(fromLegacyClient(this.state, messageOf(value)));
  }

  server(value: object) {
    return this.take(fromModernChild(this.state, messageOf(value)));
  }

  /** What a step leads to, parsed. */
  take({ state, toServer, toClient, pauses }: Step) {
    this.state = state;
    return {
      toServer: toServer.map((line) => JSON.parse(line)),
      toClient: toClient.map(({ message }) => JSON.parse(message.text)),
      about: toClient.map(({ about }) => about),
      pauses,
    };
  }

  /** Calls a tool, and gives the server's answer to that. */
  call(result: object, params: object = { name: "a" }, method = "tools/call") {
    const { toServer } = this.client({ id: 1, method, params });
    return this.server({ id: toServer[0].id, result });
  }
}

export function discovered(capabilities: object, more: object = {}) {
  return {
    resultType: "complete",
    supportedVersions: ["2026-07-28"],
    capabilities,
    ttlMs: 0,
    cacheScope: "private",
    _meta: { [metaKeys.serverInfo]: serverInfo },
    ...more,
  };
}

/** What every request to the server says of a client that declared this. */
export const envelope = (capabilities: object = {}) => ({
  [metaKeys.protocolVersion]: "2026-07-28",
  [metaKeys.clientCapabilities]: capabilities,
  [metaKeys.clientInfo]: clientInfo,
});
