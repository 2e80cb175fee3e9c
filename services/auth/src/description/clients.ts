import { clientMetadataSchema, grantTypesSupported } from "../domain/client-metadata.ts";
import type { OAuthErrorCode } from "../errors.ts";
import {
  busy,
  type Described,
  type Group,
  type ObjectSchema,
  type Operation,
  object,
  type Schema,
  text,
} from "./operation.ts";

/** How a client makes itself known, and manages that. */
export function clients(described: Described): Group {
  const { registration, cimd } = described.resourceServers;
  const byDocument = "A client may also be the https URL of its client ID metadata document, and registers nowhere.";
  return {
    title: "Clients",
    about: [
      "Registration, by JSON.",
      ...(registration === false ? ["The operator has ended it; who registered before can still manage that."] : []),
      ...(cimd === false ? [] : [byDocument]),
    ].join(" "),
    operations: [...(registration === false ? [] : [register(described)]), ...manage(described)],
  };
}

function register(described: Described): Operation {
  const { initialAccessTokenDigests } = described.resourceServers.registration || {};
  const isOpen = initialAccessTokenDigests === undefined;
  const schema = clientInformation();
  return {
    method: "post",
    path: "/register",
    summary: "Register a client",
    rule: "RFC 7591 3",
    caller: isOpen ? "anyone" : "holder of an initial token",
    body: { mediaType: "application/json", schema: metadata(described) },
    answers: [{ status: 201, description: "What is registered.", mediaType: "application/json", schema }],
    errors: [...metadataErrors(described), ...(isOpen ? [] : (["invalid_token"] as const)), ...busy],
  };
}

function manage(described: Described): Operation[] {
  const information = { mediaType: "application/json", schema: clientInformation() } as const;
  const shared = {
    path: "/register/{client_id}",
    caller: "registered client",
    pathParameters: { client_id: text("As registered.") },
    errors: ["invalid_token", ...busy],
  } as const;
  const own = object({ ...metadata(described).properties, client_id: text("The client's own.") }, ["client_id"]);
  return [
    {
      ...shared,
      method: "get",
      summary: "Read a registration",
      rule: "RFC 7592 2.1",
      answers: [{ status: 200, description: "What is registered.", ...information }],
    },
    {
      ...shared,
      method: "put",
      summary: "Replace a registration",
      rule: "RFC 7592 2.2",
      body: { mediaType: "application/json", schema: own },
      answers: [{ status: 200, description: "What is registered now.", ...information }],
      errors: [...metadataErrors(described), ...shared.errors],
    },
    {
      ...shared,
      method: "delete",
      summary: "Delete a registration, and all that the client was given",
      rule: "RFC 7592 2.3",
      answers: [{ status: 204, description: "It is gone." }],
    },
  ];
}

function metadataErrors(described: Described): OAuthErrorCode[] {
  const malformed = ["invalid_request", "invalid_client_metadata", "invalid_redirect_uri"] as const;
  const unapproved = believesStatements(described) ? (["unapproved_software_statement"] as const) : [];
  return [...malformed, "invalid_software_statement", ...unapproved];
}

function believesStatements({ resourceServers: { registration } }: Described): boolean {
  return registration !== false && registration?.softwareStatements !== undefined;
}

/** What the limits of a member do not say. */
const meanings: Readonly<Record<string, string>> = {
  redirect_uris: "Needed with authorization_code: https, http on loopback, or an application's scheme.",
  grant_types: `Of ${grantTypesSupported.join(", ")}; others are left out.`,
  response_types: "code, with authorization_code.",
  jwks: "The public keys of a client with private_key_jwt.",
  jwks_uri: "Where those keys are, instead.",
};

const statement = { software_statement: text("A signed JWT, of an issuer whom the operator believes.") };

function metadata(described: Described): ObjectSchema {
  return object({ ...knownMetadata(), ...(believesStatements(described) ? statement : {}) });
}

function knownMetadata(): Readonly<Record<string, Schema>> {
  const members = Object.entries(clientMetadataSchema());
  return Object.fromEntries(
    members.map(([name, schema]) => [name, name in meanings ? { ...schema, description: meanings[name] } : schema]),
  );
}

/** Client information response (RFC 7591 3.2.1): what was asked for and is in effect, and what only the server knows. */
function clientInformation(): ObjectSchema {
  const issued = {
    client_id: text("Names the client from here on."),
    client_id_issued_at: { type: "integer", description: "Seconds since the epoch." },
    client_secret: text("Shown once; absent where the client has none."),
    client_secret_expires_at: { type: "integer", const: 0, description: "Never." },
    registration_client_uri: text("Where the registration is managed.", { format: "uri" }),
    registration_access_token: text("What proves that it is the client's own."),
  };
  const always = [
    ...["client_id", "client_id_issued_at", "registration_client_uri", "registration_access_token"],
    ...["redirect_uris", "grant_types", "response_types", "token_endpoint_auth_method"],
  ];
  return object({ ...issued, ...knownMetadata(), ...statement }, always);
}
