import { authorizationErrors, longestState } from "../domain/authorization-request.ts";
import { codeChallengeMethod } from "../domain/pkce.ts";
import { scopesSupported } from "../domain/scope.ts";
import { authentication, form, json } from "./form.ts";
import {
  busy,
  type Described,
  fixed,
  type Group,
  type ObjectSchema,
  type Operation,
  object,
  text,
} from "./operation.ts";

/** How a client asks a person for access. */
export function authorization(described: Described): Group {
  return {
    title: "Authorization",
    about: "How a client asks a person for access to one MCP server: in their browser, or on a device by a code.",
    operations: [
      { ...authorize(described), method: "get", query: authorizationRequest(described) },
      { ...authorize(described), method: "post", body: form(authorizationRequest(described)) },
      deviceAuthorization(described),
    ],
  };
}

function authorize({ config }: Described): Omit<Operation, "method"> {
  const told = new Set(Object.values(authorizationErrors).map(([code]) => code));
  return {
    path: "/authorize",
    summary: "Ask a person for access, in their browser",
    rule: "RFC 6749 3.1",
    caller: "anyone",
    answers: [
      {
        status: 303,
        description: `On to sign-in and consent, or back to redirect_uri: with code, state and iss (${config.issuer}), or with error: ${[...told].join(", ")}, access_denied, login_required, consent_required.`,
      },
    ],
    errors: ["invalid_request", ...busy],
    isPage: true,
  };
}

function authorizationRequest(described: Described): ObjectSchema {
  const { cimd, strictResource } = described.resourceServers;
  const { scope, resource } = target(described);
  return object(
    {
      response_type: fixed("code"),
      client_id: text(cimd === false ? "As registered." : "As registered, or the URL of the client's own description."),
      redirect_uri: text("One that the client registered; of http on loopback the port may differ.", { format: "uri" }),
      code_challenge: text("BASE64URL(SHA256(code_verifier)), RFC 7636 4.2."),
      code_challenge_method: fixed(codeChallengeMethod),
      resource,
      scope,
      state: text("Comes back unchanged.", { maxLength: longestState }),
      prompt: text("Of none, login, consent, select_account (OpenID Connect Core 3.1.2.1)."),
      response_mode: fixed("query"),
    },
    [
      ...["response_type", "client_id", "redirect_uri", "code_challenge", "code_challenge_method"],
      ...(strictResource ? ["resource"] : []),
    ],
  );
}

/** What access is asked for (RFC 8707 2, RFC 6749 3.3). */
function target({ resourceServers }: Described) {
  const { servers, strictResource, strictScope } = resourceServers;
  const unnamed = strictResource ? "" : " Without it, the only one there is, or the one that the person chooses.";
  return {
    resource: text(`The URL of one MCP server.${unnamed}`, { format: "uri" }),
    scope: text(
      `Of ${scopesSupported(servers).join(", ")}, with spaces between; others are ${strictScope ? "refused, save OpenID's" : "ignored"}.`,
    ),
  };
}

function deviceAuthorization(described: Described): Operation {
  const { scope, resource } = target(described);
  const required = described.resourceServers.strictResource ? ["resource"] : [];
  const answer = object(
    {
      device_code: text("To ask /token with."),
      user_code: text("For the person to enter."),
      verification_uri: text("Where to.", { const: `${described.config.issuer}/device` }),
      verification_uri_complete: text("The same with the code in it.", { format: "uri" }),
      expires_in: { type: "integer", description: "Seconds." },
      interval: { type: "integer", description: "Seconds between two requests to /token." },
    },
    ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"],
  );
  return {
    method: "post",
    path: "/device_authorization",
    summary: "Begin on a device without a browser",
    rule: "RFC 8628 3.1",
    caller: "client",
    body: form(object({ scope, resource, ...authentication }, required)),
    answers: [json("What to show, and what to ask with.", answer)],
    errors: ["invalid_request", "invalid_client", "unauthorized_client", "invalid_scope", "invalid_target", ...busy],
  };
}
