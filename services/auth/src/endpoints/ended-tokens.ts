import type { ResourceServer } from "@gateway/registry";
import type { RequestHandler } from "express";
import { z } from "zod";
import { checkAccess } from "../domain/access.ts";
import { resolveResource } from "../domain/resource.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";

const id = z.string().max(64);
const Question = z.object({
  resource: z.string().max(2_048),
  tokens: z.array(z.object({ jti: id, sid: id, kid: id })).max(200),
});
type Token = z.infer<typeof Question>["tokens"][number];

/**
 * Which of these access tokens have ended? What a proxy asks about the streams and calls of its own server (security.md
 * 8). It needs no credential, as a proxy holds none that its child may not have (decision 6): whoever asks must know
 * the random ids of a token and of its grant, and learns of them no more than whether they live.
 */
export function endedTokens(ports: Ports): RequestHandler {
  return async (req, res) => {
    const { data: question } = Question.safeParse(req.body);
    if (question === undefined) {
      throw new OAuthError(
        "invalid_request",
        'Send JSON: {"resource", "tokens": [{"jti", "sid", "kid"}]}, 200 at most.',
      );
    }
    const server = resolveResource(ports.resourceServers, question.resource)?.server;
    if (server === undefined) throw new OAuthError("not_found", "resource is not an MCP server of this gateway.");
    const { tokens } = question;
    const verdicts = await Promise.all(tokens.map((token) => hasEnded(ports, server, token)));
    res.json({ ended: tokens.filter((_token, index) => verdicts[index]).map(({ jti }) => jti) });
  };
}

/** Whether /verify would let nobody through any more with that token. Its time the proxy knows by itself. */
async function hasEnded({ store, keys, config, clock }: Ports, server: ResourceServer, token: Token): Promise<boolean> {
  const { jti, sid, kid } = token;
  await keys.catchUp(kid); // another replica may have signed with a key that it has just made
  if (keys.find(kid) === undefined) return true; // given up as compromised
  const grant = await store.grants.ofAccessToken(sid, jti);
  if (grant === undefined) return true;
  const { user, tools, scope, resource: aud } = grant;
  return !checkAccess({ claims: { aud, scope }, user, tools }, { server }, config, clock()).ok;
}
