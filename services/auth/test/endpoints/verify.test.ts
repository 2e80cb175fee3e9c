import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { verifyAssertion } from "@gateway/forward-auth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Answer, startAuth } from "../fixtures/running-auth.ts";

type Auth = Awaited<ReturnType<typeof startAuth>>;
let auth: Auth;
let token: string;
beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth[Symbol.asyncDispose]());
beforeEach(async () => {
  token = await auth.signIn();
});

const files = { host: "localhost:8080", path: "/files/mcp" };

/** What the edge sends for a client's request. */
function forwarded({ host, path, method = "POST" }: { host: string; path: string; method?: string }) {
  return ["X-Forwarded-Host", host, "X-Forwarded-Method", method, "X-Forwarded-Uri", path];
}

function ask(headers: readonly string[], on = files): Promise<Answer> {
  return auth.fetch("/verify", [...forwarded(on), ...headers]);
}
const withToken = (of = token) => ["Authorization", `Bearer ${of}`];

function metadataOf(answer: Answer): string | undefined {
  return /resource_metadata="([^"]*)"/.exec(answer.headers["www-authenticate"] ?? "")?.[1];
}

function openIdUser(issuer: string, subject = "1") {
  return { sub: "oidc|x", login: "octocat", openId: { issuer, subject } };
}

describe("a request that may not pass", () => {
  test("without a token gets the challenge, without an error (RFC 6750 3.1)", async () => {
    const answer = await ask([]);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(
      'Bearer realm="mcp", resource_metadata="http://localhost:8080/.well-known/oauth-protected-resource/files/mcp", scope="mcp"',
    );
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "content-type": "application/json" });
    expect(JSON.parse(answer.body)).toMatchObject({ error: "unauthorized" });
  });

  test.each([
    ["/files/mcp/", "localhost:8080", "http://localhost:8080/.well-known/oauth-protected-resource/files/mcp/"],
    ["/mcp", "files.localhost:8080", "http://files.localhost:8080/.well-known/oauth-protected-resource/mcp"],
    ["/mcp/", "FILES.localhost.:8080", "http://files.localhost:8080/.well-known/oauth-protected-resource/mcp/"],
  ])("at %s on %s is pointed to the document of that form", async (path, host, document) => {
    expect(metadataOf(await ask([], { host, path }))).toBe(document);
  });

  test("with garbage gets invalid_token, and nothing of it back", async () => {
    const answer = await ask(withToken("canary.canary.canary"));
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
    expect(JSON.stringify(answer)).not.toContain("canary");
  });

  test("with a token of another server gets 401", async () => {
    const other = await auth.signIn({ resource: "http://time.localhost:8080/mcp" });
    const answer = await ask(withToken(other));
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toEqual({
      error: "invalid_token",
      error_description: "The token is for another server",
    });
  });

  test("with a token whose grant was never kept gets 401", async () => {
    const stranger = await startAuth({ keys: auth.ports.keys });
    await using _ = stranger;
    expect((await ask(withToken(await stranger.signIn()))).status).toBe(401);
  });

  test("with an expired token gets 401, also when it was remembered", async () => {
    let now = Date.now() / 1_000;
    await using late = await startAuth({ clock: () => now });
    const headers = [...forwarded(files), ...withToken(await late.signIn())];
    expect((await late.fetch("/verify", headers)).status).toBe(200);
    now += 3_631;
    expect((await late.fetch("/verify", headers)).body).toContain("expired");
  });

  test("of a user who is not on this server's list gets 403 without a challenge (decision 16)", async () => {
    const user = { sub: "gh|7", login: "ann" };
    const answer = await ask(withToken(await auth.signIn({ user, resource: "http://localhost:8080/time/mcp" })), {
      host: "time.localhost:8080",
      path: "/mcp",
    });
    expect(answer.status).toBe(403);
    expect(answer.headers["www-authenticate"]).toBeUndefined();
    expect(JSON.parse(answer.body)).toEqual({ error: "access_denied" });
  });

  test("of a member of an organization that may use the server passes, as the grant remembers it", async () => {
    const memberships = { orgs: ["acme"], teams: [], askedAt: Math.floor(Date.now() / 1_000) };
    const user = { sub: "gh|7", login: "ann", memberships };
    const token = await auth.signIn({ user, resource: "http://localhost:8080/time/mcp" }, "jti-member");
    const answer = await ask(withToken(token), { host: "time.localhost:8080", path: "/mcp" });
    expect(answer.status).toBe(200);
  });

  test("of such a member gets 401 a day after GitHub was asked, so that the client asks for a new token", async () => {
    const memberships = { orgs: ["acme"], teams: [], askedAt: Math.floor(Date.now() / 1_000) - 86_400 };
    const user = { sub: "gh|7", login: "ann", memberships };
    const token = await auth.signIn({ user, resource: "http://localhost:8080/time/mcp" }, "jti-former");
    const answer = await ask(withToken(token), { host: "time.localhost:8080", path: "/mcp" });
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
  });

  test("of an OpenID provider's user passes with an id and a name that are fit for headers", async () => {
    const openId = { issuer: "https://login.example/", subject: "1" };
    const user = { sub: "oidc|rx4-Q", login: "José, X-User-Id: 1", openId };
    const { status, headers } = await ask(withToken(await auth.signIn({ user }, "jti-openid")));
    expect([status, headers["x-user-id"], headers["x-user-name"]]).toEqual([
      200,
      "oidc-rx4-Q",
      "Jos%C3%A9%2C X-User-Id: 1",
    ]);
  });

  test.each([
    ["who may no longer sign in", { sub: "gh|8", login: "hubot" }],
    ["of an issuer that is not the one any more", openIdUser("https://old.example/")],
    ["of an OpenID provider who may no longer sign in", openIdUser("https://login.example/", "2")],
    ["of a local login that is off", { sub: "local|octocat", login: "octocat" }],
  ])("of a user %s gets 403", async (_who, user) => {
    expect((await ask(withToken(await auth.signIn({ user })))).status).toBe(403);
  });

  test("with a token that is limited to some tools gets 403 where nothing holds it to them, and says what to do", async () => {
    const answer = await ask(withToken(await auth.signIn({ tools: ["echo"] }, "jti-limited")));
    expect(answer.status).toBe(403);
    expect(answer.headers["www-authenticate"]).toBeUndefined();
    expect(JSON.parse(answer.body)).toMatchObject({ error: "access_denied" });
    expect(answer.body).toContain("make one without tools");
  });

  test("with a token that lacks mcp gets 403 insufficient_scope", async () => {
    const answer = await ask(withToken(await auth.signIn({ scope: "offline_access" })));
    expect(answer.status).toBe(403);
    expect(answer.headers["www-authenticate"]).toContain('error="insufficient_scope"');
  });

  test.each([
    ["two Authorization headers", () => [...withToken(), ...withToken()]],
    ["two schemes", () => [...withToken(), "Authorization", "Basic YTpi"]],
    ["two tokens in one", () => ["Authorization", `Bearer ${token}, Bearer ${token}`]],
  ])("with %s gets 400", async (_what, headers) => {
    const answer = await ask(headers());
    expect(answer.status).toBe(400);
    expect(answer.headers["www-authenticate"]).toContain('error="invalid_request"');
  });

  test.each([
    ["alone", () => []],
    ["beside one in the header (RFC 6750 3.1)", () => withToken()],
    ["beside credentials of another scheme", () => ["Authorization", "Basic YTpi"]],
  ])("with a token in the query, %s, gets 400 that says where to have one", async (_how, headers) => {
    for (const query of [`?access_token=${token}`, "?a=1&access_token="]) {
      const answer = await ask(headers(), { ...files, path: `/files/mcp${query}` });
      expect(answer.status).toBe(400);
      expect(answer.headers["www-authenticate"]).toContain('error="invalid_request"');
      expect(answer.headers["www-authenticate"]).toContain("resource_metadata=");
    }
  });

  test("with a query that only looks as if it held a token passes", async () => {
    const answer = await ask(withToken(), { ...files, path: "/files/mcp?my_access_token=x&b=access_token" });
    expect(answer.status).toBe(200);
  });

  test.each([
    ["in the query of /verify", () => auth.fetch(`/verify?access_token=${token}`, forwarded(files))],
    ["in a cookie", () => ask(["Cookie", `access_token=${token}`])],
    ["in a copy of the header", () => ask(["X-Forwarded-Authorization", `Bearer ${token}`])],
    ["with an underscore", () => ask(["X_Authorization", `Bearer ${token}`, "X-Auth-Token", token])],
  ])("with a token %s counts as without", async (_where, send) => {
    const answer = await send();
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).not.toContain("error");
  });

  test.each([
    ["evil.example", "/files/mcp", 404],
    ["localhost:8081", "/files/mcp", 404],
    ["localhost:8080", "/files", 404],
    ["localhost:8080", "/files/mcp/x", 404],
    ["localhost:8080", "/health", 404],
    ["localhost:8080", "/files/../time/mcp", 400],
    ["localhost:8080", "/files%2f..%2ftime/mcp", 400],
    ["localhost:8080", "//files/mcp", 400],
  ])("at %s%s gets %d, with a good token too", async (host, path, status) => {
    const answer = await ask(withToken(), { host, path });
    expect(answer.status).toBe(status);
    expect(answer.headers["www-authenticate"]).toBeUndefined();
  });

  test("is shown to a browser as a small page with the same status and challenge (decision 27)", async () => {
    const answer = await ask(["Accept", "text/html,application/xhtml+xml,*/*;q=0.8"]);
    expect(answer.status).toBe(401);
    expect(metadataOf(answer)).toBe("http://localhost:8080/.well-known/oauth-protected-resource/files/mcp");
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(Buffer.byteLength(answer.body)).toBeLessThan(1_024);
    expect(answer.body).toContain("http://localhost:8080/files/mcp");
  });

  test("never gets a redirect, a cookie or a CORS header from here", async () => {
    for (const answer of [await ask([]), await ask(withToken("x")), await ask(withToken())]) {
      for (const name of ["location", "set-cookie", "access-control-allow-origin", "authorization", "cookie"]) {
        expect(answer.headers).not.toHaveProperty(name);
      }
    }
  });
});

describe("a request that may pass", () => {
  test.each([
    ["localhost:8080", "/files/mcp"],
    ["localhost:8080", "/files/mcp/?x=1"],
    ["files.localhost:8080", "/mcp"],
    ["Files.LOCALHOST.:8080", "/mcp/"],
  ])("at %s%s is answered by identity headers and nothing else", async (host, path) => {
    const answer = await ask(withToken(), { host, path });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe("");
    expect(answer.headers).toMatchObject({
      "x-user-id": "583231",
      "x-user-name": "octocat",
      "x-auth-token": token,
      "x-auth-scope": "mcp",
      "x-auth-client": "client-1",
    });
  });

  test("has no token in it where the server is not to get it", async () => {
    const docs = await auth.signIn({ resource: "http://localhost:8080/docs/mcp" });
    const answer = await ask(withToken(docs), { host: "localhost:8080", path: "/docs/mcp" });
    expect(answer.status).toBe(200);
    expect(answer.headers).toHaveProperty("x-user-id");
    expect(answer.headers).not.toHaveProperty("x-auth-token");
  });

  test("carries an assertion for this server that a proxy can check", async () => {
    const { headers } = await ask(withToken());
    const { assertionKey, config, clock } = auth.ports;
    const assertion = await verifyAssertion(String(headers["x-gateway-assertion"]), {
      issuer: config.issuer,
      audiences: ["http://localhost:8080/files/mcp", "http://files.localhost:8080/mcp"],
      findKey: async (kid) => (kid === assertionKey.kid ? assertionKey.publicKey : undefined),
      now: clock(),
    });
    const claims = { sub: "gh|583231", client_id: "client-1", scope: "mcp", token_jti: "jti-1" };
    const token_kid = auth.ports.keys.current().kid;
    expect(assertion).toMatchObject({ ...claims, token_kid, token_exp: expect.any(Number) });
    expect(assertion).not.toHaveProperty("tools");
  });

  test("names the tools to which the token is limited, where a proxy holds it to them", async () => {
    const resource = "http://localhost:8080/time/mcp";
    const limited = await auth.signIn({ resource, tools: ["read_*", "time"] }, "jti-of-two");
    const { headers } = await ask(withToken(limited), { host: "localhost:8080", path: "/time/mcp" });
    const payload = String(headers["x-gateway-assertion"]).split(".")[1] ?? "";
    expect(JSON.parse(Buffer.from(payload, "base64url").toString()).tools).toEqual(["read_*", "time"]);
  });

  test("uses one assertion again for 30 s, and no assertion passes as a token", async () => {
    let now = Date.now() / 1_000;
    await using own = await startAuth({ clock: () => now });
    const headers = [...forwarded(files), ...withToken(await own.signIn())];
    const assertion = async () => String((await own.fetch("/verify", headers)).headers["x-gateway-assertion"]);
    const first = await assertion();
    now += 29;
    expect(await assertion()).toBe(first);
    now += 2;
    expect(await assertion()).not.toBe(first);
    expect((await own.fetch("/verify", [...forwarded(files), ...withToken(first)])).status).toBe(401);
  });

  test("takes its identity from the token, whatever identity headers the client sent", async () => {
    const spoofed = [
      "X-User-Id",
      "1",
      "x_user_id",
      "1",
      "X-User-Name",
      "root",
      "X-Gateway-Assertion",
      "x",
      "Cookie",
      "a=b",
    ];
    const answer = await ask([...spoofed, ...withToken()]);
    expect(answer.headers["x-user-id"]).toBe("583231");
    expect(answer.headers["x-user-name"]).toBe("octocat");
  });

  test("is a preflight without a token, on known addresses only", async () => {
    expect((await ask([], { ...files, method: "OPTIONS" } as typeof files)).status).toBe(200);
    expect((await ask([], { host: "evil.example", path: "/mcp", method: "OPTIONS" } as typeof files)).status).toBe(404);
  });
});

describe("what the edge forwards", () => {
  test.each([
    ["nothing", []],
    ["two hosts", [...forwarded(files), "X-Forwarded-Host", "files.localhost:8080"]],
    ["two methods", [...forwarded(files), "X-Forwarded-Method", "OPTIONS"]],
    ["two paths", [...forwarded(files), "X-Forwarded-Uri", "/time/mcp"]],
    ["underscores only", forwarded(files).map((value) => value.replaceAll("X-Forwarded-", "X_Forwarded_"))],
  ])("is refused with 400 when it is %s", async (_what, headers) => {
    expect((await auth.fetch("/verify", [...headers, ...withToken()])).status).toBe(400);
  });

  test("is not changed by other spellings, other headers or trailers (security.md 2, 3)", async () => {
    const socket = connect(auth.port, "127.0.0.1");
    const time = "time.localhost:8080";
    const lines = [
      "POST /verify HTTP/1.1",
      "Host: auth",
      "X-Forwarded-Host: localhost:8080",
      "X-Forwarded-Method: POST",
      "X-Forwarded-Uri: /files/mcp",
      ...[`X_Forwarded_Host: ${time}`, "X.Forwarded.Uri: /mcp", `Forwarded: host=${time}`, "X-Original-URL: /time/mcp"],
      ...["X-Forwarded-Prefix: /time", `X-Host: ${time}`, "X-HTTP-Method-Override: OPTIONS"],
      `Authorization: Bearer ${token}`,
      "Transfer-Encoding: chunked",
      "Trailer: X-Forwarded-Host",
      "Connection: close",
      "",
      "0",
      `X-Forwarded-Host: ${time}`,
      "",
      "",
    ];
    socket.end(lines.join("\r\n"));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("revocation", () => {
  test("of the grant is seen by the next request, through the feed", async () => {
    const revoked = await auth.signIn({ grantId: "to-revoke" });
    expect((await ask(withToken(revoked))).status).toBe(200);
    await auth.ports.store.grants.revoke("to-revoke");
    const answer = await ask(withToken(revoked));
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toContain('error_description="The token has been revoked"');
  });

  test("of one access token spares the others of its grant", async () => {
    const { store, clock } = auth.ports;
    const first = await auth.signIn({ grantId: "shared" }, "jti-a");
    expect((await ask(withToken(first))).status).toBe(200);
    expect((await ask(withToken())).status).toBe(200);
    await store.grants.revokeAccessToken("jti-a", clock() + 3_600);
    expect((await ask(withToken(first))).status).toBe(401);
    expect((await ask(withToken())).status).toBe(200);
  });
});
