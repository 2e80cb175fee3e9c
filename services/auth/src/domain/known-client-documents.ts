/** A client ID metadata document, as its owner publishes it. */
interface ClientDocument {
  readonly client_id: string;
  readonly client_name: string;
  readonly redirect_uris: readonly string[];
}

/**
 * What widely used clients said of themselves in autumn 2026, for a gateway that cannot ask them (docs/decisions/0240). Only
 * public clients, whose answers go to the user's own machine or to the owner of the document.
 */
const documents: readonly ClientDocument[] = [
  {
    client_id: "https://claude.ai/oauth/claude-code-client-metadata",
    client_name: "Claude Code",
    redirect_uris: ["http://localhost/callback", "http://127.0.0.1/callback"],
  },
  {
    client_id: "https://claude.ai/oauth/mcp-oauth-client-metadata",
    client_name: "Claude",
    redirect_uris: ["https://claude.ai/api/mcp/auth_callback"],
  },
  {
    client_id: "https://chatgpt.com/oauth/codex/client.json",
    client_name: "Codex",
    redirect_uris: ["http://127.0.0.1/callback", "http://localhost/callback"],
  },
  {
    client_id: "https://vscode.dev/oauth/client-metadata.json",
    client_name: "Visual Studio Code",
    redirect_uris: ["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
  },
  {
    client_id: "https://zed.dev/oauth/client-metadata.json",
    client_name: "Zed",
    redirect_uris: ["http://127.0.0.1/callback"],
  },
];

/** What is known of the client with this id, which is compared as a string (oauth-wire 4.2.1); undefined for any other. */
export function knownClientDocument(clientId: string): ClientDocument | undefined {
  return documents.find((document) => document.client_id === clientId);
}
