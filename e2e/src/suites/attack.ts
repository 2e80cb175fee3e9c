import { expect } from "@jest/globals";
import { forgedTokens } from "../forged-tokens.ts";
import { send } from "../http.ts";
import { obtainTokens, type Tokens } from "../oauth.ts";
import { sendRaw } from "../raw.ts";
import type { RunningGateway, TestOf } from "../running-gateway.ts";

export async function tokensOf(gateway: RunningGateway, server: string): Promise<Tokens> {
  return (await obtainTokens(gateway.origin, gateway.mcpUrl(server), gateway.browser())).tokens;
}

/** The headers that reach the server which answers with them. */
export async function arriving(
  gateway: RunningGateway,
  headers: Record<string, string>,
): Promise<Record<string, string>> {
  const { text } = await send(gateway.mcpUrl("headers"), { headers });
  const { rawHeaders } = JSON.parse(text).result as { rawHeaders: string[] };
  const pairs = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ""]] : [],
  );
  return Object.fromEntries(pairs);
}

function bearing(token: string) {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** security.md, public cases, at a gateway that declares headers, whatever stands before it. */
export function attackTests(test: TestOf): void {
  test("a forged token is an invalid token", async (gateway) => {
    const { access_token, refresh_token } = await tokensOf(gateway, "headers");
    const { keys } = JSON.parse((await send(`${gateway.origin}/jwks`)).text);
    const { "x-gateway-assertion": assertion } = await arriving(gateway, {
      authorization: `Bearer ${access_token}`,
    });
    const attempts = [
      ...forgedTokens(access_token, keys[0]),
      ["a refresh token", refresh_token],
      ["the gateway's assertion to the server", assertion],
    ];
    for (const [what, text] of attempts) {
      const answer = await send(gateway.mcpUrl("headers"), { headers: { authorization: `Bearer ${text}` } });
      expect([what, answer.status]).toEqual([what, 401]);
      expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
    }
    expect((await send(gateway.mcpUrl("headers"), bearing(access_token))).status).toBe(200);
  });

  test("a token is read from the Authorization header alone", async (gateway) => {
    const { access_token } = await tokensOf(gateway, "headers");
    const url = gateway.mcpUrl("headers");
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const answers = await Promise.all([
      send(`${url}?access_token=${access_token}`),
      send(url, { headers: { cookie: `access_token=${access_token}` } }),
      send(url, { headers: { "x-auth-token": access_token, "proxy-authorization": `Bearer ${access_token}` } }),
      send(url, { method: "POST", headers: form, body: `access_token=${access_token}` }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 401, 401, 401]);
  });

  test("no request hides a second one from /verify", async (gateway) => {
    const { access_token } = await tokensOf(gateway, "headers");
    const { host, pathname } = new URL(gateway.mcpUrl("headers"));
    const hidden = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nX-Smuggled: yes\r\n\r\n`;
    const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    const bodies = [
      `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`,
      `Transfer-Encoding: xchunked\r\n\r\n${chunk}`,
      `Transfer-Encoding : chunked\r\n\r\n${chunk}`,
      `Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `Content-Length: +${hidden.length}\r\n\r\n${hidden}`,
      `Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `Connection: content-length\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n${hidden}`,
      `Transfer-Encoding: chunked\r\n\r\n${chunk}`,
    ];
    for (const method of ["GET", "HEAD", "POST", "DELETE"]) {
      const head = `${method} ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${access_token}\r\n`;
      const answers = await Promise.all(bodies.map((body) => sendRaw(gateway.mcpUrl("headers"), head + body)));
      for (const answer of answers) expect(answer).not.toMatch(/x-smuggled/i);
    }
    expect((await send(gateway.mcpUrl("headers"), bearing(access_token))).status).toBe(200);
  });

  test("Connection cannot name the identity away, and a name that every object has is a name", async (gateway) => {
    const { access_token } = await tokensOf(gateway, "headers");
    const connection = "close, x-user-id, x-gateway-assertion, authorization, host, x-forwarded-for";
    const answer = await send(gateway.mcpUrl("headers"), {
      headers: { authorization: `Bearer ${access_token}`, connection, "x-user-id": "1" },
    });
    // The edge takes no notice; Traefik drops Authorization before it asks.
    if (answer.status === 200) expect(answer.text).toMatch(/"x-user-id","(local-alice|1001)"/i);
    else expect(answer.status).toBe(401);
    const headers = { authorization: `Bearer ${access_token}`, constructor: "x" };
    expect(await arriving(gateway, headers)).toMatchObject({ constructor: "x" });
  });
}
