import {
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  UnauthorizedError,
} from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { PlainBrowser } from "../person.ts";
import { type Connected, textOf } from "./connected.ts";
import { MemoryProvider, redirectUrl } from "./memory-provider.ts";

/** The v1 SDK's client, given only the MCP URL: discovers, registers, sends the person to sign in, connects. */
export async function connectSdkV1(mcpUrl: string, browser: PlainBrowser): Promise<Connected> {
  const memory = new MemoryProvider<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>("SDK v1 client");
  const authProvider: OAuthClientProvider = memory;
  const first = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider });
  const refused = await newClient()
    .connect(first as Transport)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (!(refused instanceof UnauthorizedError) || memory.authorizationUrl === undefined) {
    throw new Error("expected to be sent to sign in", { cause: refused });
  }
  const { callback } = await browser.visit(memory.authorizationUrl, redirectUrl);
  await first.finishAuth(callback.searchParams.get("code") ?? "");
  return connectedAs(mcpUrl, authProvider);
}

async function connectedAs(mcpUrl: string, authProvider: OAuthClientProvider): Promise<Connected> {
  const client = newClient();
  const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider });
  await client.connect(transport as Transport);
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name, args) => textOf(await client.callTool({ name, arguments: args })),
    [Symbol.asyncDispose]: async () => {
      await transport.terminateSession();
      await client.close();
    },
  };
}

function newClient(): Client {
  return new Client({ name: "e2e-sdk-v1", version: "1.0.0" });
}
