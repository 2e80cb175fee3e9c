import {
  Client,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import type { PlainBrowser } from "../person.ts";
import { type Connected, textOf } from "./connected.ts";
import { MemoryProvider, redirectUrl } from "./memory-provider.ts";

/** `auto` asks for the newest protocol first and falls back; `legacy` opens with `initialize`. */
export type Negotiation = "legacy" | "auto";

/** The v2 SDK's client, given only the MCP URL; it checks `iss` of the redirect too (RFC 9207). */
export async function connectSdkV2(mcpUrl: string, browser: PlainBrowser, mode: Negotiation): Promise<Connected> {
  const memory = new MemoryProvider<StoredOAuthClientInformation, StoredOAuthTokens, OAuthDiscoveryState>(
    "SDK v2 client",
  );
  const authProvider: OAuthClientProvider = memory;
  const first = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider });
  const refused = await newClient(mode)
    .connect(first)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (!UnauthorizedError.isInstance(refused) || memory.authorizationUrl === undefined) {
    throw new Error("expected to be sent to sign in", { cause: refused });
  }
  const { callback } = await browser.visit(memory.authorizationUrl, redirectUrl);
  await first.finishAuth(callback.searchParams);
  return connectedAs(mcpUrl, authProvider, mode);
}

async function connectedAs(mcpUrl: string, authProvider: OAuthClientProvider, mode: Negotiation): Promise<Connected> {
  const client = newClient(mode);
  const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider });
  await client.connect(transport);
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name, args) => textOf(await client.callTool({ name, arguments: args })),
    [Symbol.asyncDispose]: async () => {
      await transport.terminateSession();
      await client.close();
    },
  };
}

function newClient(mode: Negotiation): Client {
  return new Client({ name: "e2e-sdk-v2", version: "1.0.0" }, { versionNegotiation: { mode } });
}
