import { createHash, randomBytes } from "node:crypto";
import { hostDocument } from "../document-host.ts";
import { send } from "../http.ts";
import type { Tokens } from "../oauth.ts";
import type { RunningGateway } from "../running-gateway.ts";
import type { ClientShape, Discovered } from "./client-shape.ts";
import { type Endpoints, findIssuer, firstDocument, meetChallenge, parameterOf } from "./discovery.ts";
import { askForTokens, type Registered, readAs } from "./token-request.ts";

/** A client of this shape once it knows the way and is known: it has asked for nothing yet. */
export interface ShapedClient extends AsyncDisposable {
  readonly discovered: Discovered;
  readonly endpoints: Endpoints;
  /** What it opens in the person's browser. */
  readonly authorizationUrl: string;
  readonly state: string;
  /** Tokens for the code that the redirect brought. */
  exchange(callback: URL): Promise<Tokens>;
  refresh(tokens: Tokens): Promise<Tokens>;
}

/** Meets the challenge, follows it to the metadata and registers, each as this client does. */
export async function beginAs(shape: ClientShape, gateway: RunningGateway, server: string): Promise<ShapedClient> {
  const mcpUrl = new URL(shape.at === "path" ? gateway.mcpUrl(server) : gateway.hostUrl(server));
  const challenge = await meetChallenge(shape, mcpUrl.href);
  const issuer = await findIssuer(shape, mcpUrl, parameterOf(challenge, "resource_metadata"));
  const endpoints = await firstDocument<Endpoints>(shape.serverDocuments, issuer ?? mcpUrl.origin, mcpUrl);
  const challenged = parameterOf(challenge, "scope");
  const discovered = { mcpUrl, challenged, supported: endpoints.scopes_supported.join(" ") };
  const host =
    shape.isDocument && (await hostDocument((origin) => ({ client_id: `${origin}/client`, ...shape.metadata })));
  const client = host ? { client_id: host.clientId } : await register(endpoints, shape.metadata);
  const verifier = randomBytes(32).toString("base64url");
  const state = `${randomBytes(12).toString("base64")}+/==`; // VS Code's are plain base64
  const ask = (form: Record<string, string | undefined>) => askForTokens(endpoints, shape.authentication, client, form);
  const resource = shape.resources(discovered)[0];
  return {
    ...{ discovered, endpoints, state },
    authorizationUrl: authorizationUrl(shape, discovered, { endpoints, client, verifier, state }),
    exchange: (callback) => {
      const code = callback.searchParams.get("code") ?? undefined;
      const { redirectUri: redirect_uri } = shape;
      return ask({ grant_type: "authorization_code", code, redirect_uri, code_verifier: verifier, resource });
    },
    refresh: ({ refresh_token, scope }) =>
      ask({ grant_type: "refresh_token", refresh_token, resource, scope: shape.refreshScope?.(scope, discovered) }),
    [Symbol.asyncDispose]: async () => host?.[Symbol.asyncDispose](),
  };
}

async function register({ registration_endpoint }: Endpoints, metadata: object): Promise<Registered> {
  const headers = { "content-type": "application/json" };
  const answer = await send(registration_endpoint, { method: "POST", headers, body: JSON.stringify(metadata) });
  return readAs<Registered>(answer, 201);
}

function authorizationUrl(
  shape: ClientShape,
  discovered: Discovered,
  made: { endpoints: Endpoints; client: Registered; verifier: string; state: string },
): string {
  const parameters = [
    ["response_type", "code"],
    ["client_id", made.client.client_id],
    ["code_challenge", createHash("sha256").update(made.verifier).digest("base64url")],
    ["code_challenge_method", "S256"],
    ["redirect_uri", shape.redirectUri],
    ["state", made.state],
    ...shape.resources(discovered).map((resource) => ["resource", resource]),
    ...(shape.scope === undefined ? [] : [["scope", shape.scope(discovered)]]),
    ...Object.entries(shape.more ?? {}),
  ] as [string, string][];
  const encode = (name: string, value: string) => (shape.isRaw && name !== "state" ? value : encodeURIComponent(value));
  const query = parameters.map(([name, value]) => `${name}=${encode(name, value)}`).join("&");
  return `${made.endpoints.authorization_endpoint}?${query}`;
}
