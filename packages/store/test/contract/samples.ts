import type {
  AuthorizationCode,
  AuthorizationRequest,
  Client,
  FeedEvent,
  Grant,
  McpSession,
  RefreshToken,
  Store,
} from "../../src/index.ts";

/** Letters that many systems get wrong: beyond ASCII, beyond 16 bits, quotes, separators, control characters. */
export const oddText = 'ключ 鍵 🗝️ "\\ a|b:c* \u0001\u0000 é';

export function sampleClient(clientId: string, more: Partial<Client> = {}): Client {
  return {
    clientId,
    clientIdIssuedAt: 1_700_000_000,
    redirectUris: ["http://127.0.0.1/callback"],
    grantTypes: ["authorization_code", "refresh_token"],
    responseTypes: ["code"],
    tokenEndpointAuthMethod: "none",
    display: { client_name: oddText },
    ...more,
  };
}

export function sampleRequest(more: Partial<AuthorizationRequest> = {}): AuthorizationRequest & { resource: string } {
  return {
    clientId: "c1",
    redirectUri: "http://127.0.0.1:1234/callback",
    codeChallenge: "x".repeat(43),
    scope: "mcp",
    state: oddText,
    resource: "https://time.example.com/mcp",
    ...more,
  } as AuthorizationRequest & { resource: string };
}

export function sampleCode(now: number, more: Partial<AuthorizationCode> = {}): AuthorizationCode {
  return {
    request: sampleRequest(),
    user: { sub: "gh|1", login: "octocat" },
    authTime: now,
    expiresAt: now + 60,
    grantId: "g1",
    ...more,
  };
}

export function sampleGrant(grantId: string, now: number, more: Partial<Grant> = {}): Grant {
  return {
    grantId,
    clientId: "c1",
    user: { sub: "gh|1", login: "octocat" },
    resource: "https://time.example.com/mcp",
    scope: "mcp",
    authTime: now,
    createdAt: now,
    expiresAt: now + 90 * 86_400,
    ...more,
  };
}

export function sampleRefreshToken(grantId: string, digest: string, now: number): RefreshToken {
  return { digest, grantId, issuedAt: now, expiresAt: now + 30 * 86_400 };
}

export function sampleSession(sessionId: string, now: number, more: Partial<McpSession> = {}): McpSession {
  return {
    sessionId,
    sub: "gh|1",
    clientId: "c1",
    replica: "one",
    negotiatedVersion: "2025-11-25",
    initializeParams: { clientInfo: { name: oddText, version: "1" } },
    createdAt: now,
    lastAccessed: now,
    ...more,
  };
}

/** Collects what the feed says; `until` resolves when so many have come. */
export async function listenTo(store: Pick<Store, "feed">) {
  const events: FeedEvent[] = [];
  let check = () => {};
  const stop = await store.feed.subscribe((event) => {
    events.push(event);
    check();
  });
  const until = (count: number) =>
    new Promise<readonly FeedEvent[]>((resolve) => {
      check = () => {
        if (events.length >= count) resolve(events);
      };
      check();
    });
  return { events, stop, until };
}
