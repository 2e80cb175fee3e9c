import type { ClientShape } from "./client-shape.ts";
import { asPublic, byChallenge, byPath, theServer, withRefresh } from "./ways.ts";

const shared = { at: "path", resources: theServer, authentication: "client_id alone" } as const;
const unregistered = "did not register";
const undescribed = "not in its own description";

/**
 * Clients that ask to be answered elsewhere than they said: exact comparison is what keeps a code from whoever begins a
 * request in their name (RFC 9700 2.1), so each needs its maker's correction, or another way in (docs/clients.md).
 */
export const misdirected: readonly { readonly shape: ClientShape; readonly message: string }[] = [
  {
    shape: {
      client: "Continue",
      does: "registers its redirect with the state in it, and asks without",
      ...shared,
      ...byPath,
      metadata: { ...asPublic, ...withRefresh, redirect_uris: ["http://localhost:3000/?state=8a1d"] },
      redirectUri: "http://localhost:3000",
    },
    message: unregistered,
  },
  {
    shape: {
      client: "an older Warp",
      does: "adds a parameter to the redirect that it registered",
      ...shared,
      ...byChallenge,
      metadata: { ...asPublic, ...withRefresh, redirect_uris: ["warp://mcp/oauth2callback"] },
      redirectUri: "warp://mcp/oauth2callback?server_id=65aebdca",
    },
    message: unregistered,
  },
  {
    shape: {
      client: "opencode, since it describes itself,",
      does: "listens at a path that its description does not name",
      ...shared,
      ...byPath,
      isDocument: true,
      metadata: {
        ...asPublic,
        client_name: "OpenCode",
        redirect_uris: ["http://127.0.0.1/callback", "http://localhost/callback"],
      },
      redirectUri: "http://127.0.0.1:19876/mcp/oauth/callback",
    },
    message: undescribed,
  },
];
