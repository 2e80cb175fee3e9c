import { deviceCodeGrantType, grantTypesSupported } from "../domain/client-metadata.ts";
import { authentication, form, json } from "./form.ts";
import {
  busy,
  type Described,
  fixed,
  type Group,
  type ObjectSchema,
  type Operation,
  object,
  oneOf,
  text,
} from "./operation.ts";

/** How a client gets tokens for what a person allowed, and gives them back; who may ask about them. */
export function tokens(described: Described): Group {
  return {
    title: "Tokens",
    about: "Requests are forms, answers JSON. A token is good for one MCP server.",
    operations: [token(described), revoke, introspect],
  };
}

function token(described: Described): Operation {
  return {
    method: "post",
    path: "/token",
    summary: "Get an access token",
    rule: "RFC 6749 3.2",
    caller: "client",
    body: form(
      object(
        {
          grant_type: oneOf(grantTypesSupported),
          code: text("authorization_code: what came to redirect_uri."),
          redirect_uri: text("authorization_code: as at /authorize."),
          code_verifier: text("authorization_code: what code_challenge was made from."),
          refresh_token: text("refresh_token: the last one. The answer has its successor."),
          scope: text("refresh_token: fewer than were granted."),
          device_code: text(`${deviceCodeGrantType}: from /device_authorization.`),
          resource: text("The same as before, if it is sent.", { format: "uri" }),
          ...authentication,
        },
        ["grant_type"],
      ),
    ),
    answers: [json("The token. It is good for one MCP server.", tokenResponse(described))],
    errors: refusedTokens,
  };
}

const refusedTokens: Operation["errors"] = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "invalid_target",
  "authorization_pending",
  "slow_down",
  "expired_token",
  { code: "access_denied", status: 400 }, // RFC 8628 3.5: as all of the token endpoint
  ...busy,
];

function tokenResponse({ config }: Described): ObjectSchema {
  return object(
    {
      access_token: text("A JWT (RFC 9068)."),
      token_type: fixed("Bearer"),
      expires_in: { type: "integer", maximum: config.accessTokenLifetime, description: "Seconds." },
      refresh_token: text("Where the client registered for that grant type. Good once."),
      scope: text("What was granted."),
    },
    ["access_token", "token_type", "expires_in", "scope"],
  );
}

const aboutToken = form(
  object(
    { token: text("The token."), token_type_hint: text("Not needed: what it is can be seen."), ...authentication },
    ["token"],
  ),
);

const revoke: Operation = {
  method: "post",
  path: "/revoke",
  summary: "Give up a token: a refresh token with all that it gave, an access token alone",
  rule: "RFC 7009 2",
  caller: "client",
  body: aboutToken,
  answers: [{ status: 200, description: "It is good for nothing (any more)." }],
  errors: ["invalid_request", "invalid_client", "unauthorized_client", ...busy],
};

const introspect: Operation = {
  method: "post",
  path: "/introspect",
  summary: "Ask whether an access token is good",
  rule: "RFC 7662 2",
  caller: "resource server",
  body: aboutToken,
  answers: [
    json(
      "Whether it is; its claims if so.",
      object(
        {
          active: { type: "boolean" },
          ...Object.fromEntries(
            ["iss", "sub", "aud", "jti", "client_id", "scope", "username"].map((name) => [name, { type: "string" }]),
          ),
          ...Object.fromEntries(["exp", "iat", "nbf"].map((name) => [name, { type: "integer" }])),
          token_type: fixed("Bearer"),
        },
        ["active"],
      ),
    ),
  ],
  errors: ["invalid_request", "invalid_client", ...busy],
};
