import { cookieNameOn } from "../browser/cookies.ts";
import { tokenEndpointAuthMethodsSupported } from "../domain/client-metadata.ts";

/** Who may call: by what it proves itself. */
export type Caller =
  | "anyone"
  | "client"
  | "resource server"
  | "holder of an initial token"
  | "registered client"
  | "person";

/** How OpenAPI names a proof. Those that stand in the form (secret, assertion) are members of the form alone. */
export type SchemeName = "clientSecretBasic" | "initialAccessToken" | "registrationAccessToken" | "session";

interface CallerFacts {
  readonly words: string;
  readonly scheme?: SchemeName;
  /** Whether it can be called without that scheme. */
  readonly isOptional?: true;
}

const methodsOfSecrecy = tokenEndpointAuthMethodsSupported.filter((method) => method !== "none");

/** Each caller in words, and by the scheme of OpenAPI. */
export const callers: Readonly<Record<Caller, CallerFacts>> = {
  anyone: { words: "anyone" },
  client: {
    words: `a client, as it registered: ${tokenEndpointAuthMethodsSupported.join(", ")}`,
    scheme: "clientSecretBasic",
    isOptional: true,
  },
  "resource server": {
    words: `a resource server that the operator declared: ${methodsOfSecrecy.join(", ")}`,
    scheme: "clientSecretBasic",
    isOptional: true,
  },
  "holder of an initial token": {
    words: "who has an initial access token from the operator, as Bearer",
    scheme: "initialAccessToken",
  },
  "registered client": {
    words: "the client itself, by its registration access token, as Bearer",
    scheme: "registrationAccessToken",
  },
  person: { words: "a person who is signed in, in a browser", scheme: "session" },
};

/** The security schemes (OpenAPI 3.1, Security Scheme Object) of a gateway with this issuer. */
export function securitySchemes(issuer: string): Readonly<Record<SchemeName, object>> {
  const bearer = (description: string) => ({ type: "http", scheme: "bearer", description });
  return {
    clientSecretBasic: {
      type: "http",
      scheme: "basic",
      description: "client_id and client_secret (RFC 6749 2.3.1). Other methods send members of the form.",
    },
    initialAccessToken: bearer("Given out by the operator (RFC 7591 3)."),
    registrationAccessToken: bearer("What the registration answered with (RFC 7592 3)."),
    session: {
      type: "apiKey",
      in: "cookie",
      name: cookieNameOn(issuer, "gateway-session"),
      description: "Set at sign-in.",
    },
  };
}
