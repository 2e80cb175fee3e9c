import { createHash, randomUUID } from "node:crypto";
import type { Run } from "../program.ts";
import { fillStore, resource, startAuth, user } from "../verify/auth-program.ts";
import { forwardedFor } from "../verify/our-verify.ts";
import type { Lane } from "./lanes.ts";

const clientId = "soak";
const firstRefreshToken = randomUUID();

/** Starts auth with one grant, and gives what comes to it: refreshes, each with the token of the one before, and calls of /verify. */
export async function openAuthLanes(folder: string, run: Run) {
  await keepGrant(folder);
  const { program, port } = await startAuth(folder, run);
  const url = `http://127.0.0.1:${port}`;
  const held = { refreshToken: firstRefreshToken, accessToken: "" };
  const refresh = async () => {
    const form = { grant_type: "refresh_token", client_id: clientId, refresh_token: held.refreshToken };
    const answer = await answerOf(`${url}/token`, 200, { method: "POST", body: new URLSearchParams(form) });
    const tokens = JSON.parse(answer) as { access_token: string; refresh_token: string };
    Object.assign(held, { refreshToken: tokens.refresh_token, accessToken: tokens.access_token });
  };
  const verify = (token: () => string, status: number) => () =>
    answerOf(`${url}/verify`, status, { headers: { ...forwardedFor(resource), authorization: `Bearer ${token()}` } });
  await refresh();
  const lanes: readonly Lane[] = [
    { name: "refresh", every: 250, turn: refresh },
    { name: "verify", every: 5, turn: verify(() => held.accessToken, 200) },
    { name: "verify, refused", every: 50, turn: verify(randomUUID, 401) },
  ];
  return { program, lanes };
}

function keepGrant(folder: string): Promise<void> {
  const now = Date.now() / 1_000;
  const expiresAt = now + 86_400;
  const grantId = randomUUID();
  const digest = createHash("sha256").update(firstRefreshToken).digest("base64url");
  return fillStore(folder, undefined, async (store) => {
    await store.clients.register({
      clientId,
      clientIdIssuedAt: now,
      redirectUris: ["http://127.0.0.1/callback"],
      grantTypes: ["authorization_code", "refresh_token"],
      responseTypes: ["code"],
      tokenEndpointAuthMethod: "none",
      display: {},
    });
    const times = { authTime: now, createdAt: now, expiresAt };
    const grant = { grantId, clientId, user, resource, scope: "mcp", ...times };
    await store.grants.create(grant, { digest, grantId, issuedAt: now, expiresAt });
  });
}

async function answerOf(url: string, status: number, init: RequestInit): Promise<string> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (answer.status === status) return text;
  throw new Error(`${new URL(url).pathname} answered ${answer.status} ${text.slice(0, 200)}`);
}
