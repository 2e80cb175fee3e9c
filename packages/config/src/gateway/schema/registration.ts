import { z } from "zod";
import { flag, text } from "./values.ts";

const SoftwareStatements = z.strictObject(
  {
    issuer: text("text").describe("What their iss says."),
    jwks: z
      .record(z.string(), z.unknown(), { error: 'an object such as {"keys": []}' })
      .describe("Its public keys, a JWK set."),
  },
  { error: 'an object such as {"issuer": "https://vendor.example", "jwks": {"keys": []}}' },
);

const Rules = z.strictObject({
  initialAccessTokens: z
    .array(text("text, such as ${env:REGISTRATION_TOKEN}"), { error: "a list of initial access tokens" })
    .min(1, { error: "at least one; without the key everybody may register" })
    .optional()
    .describe(
      "Only who shows one of these as a bearer token may register; 32 characters or more. ${env:X} stands for the gateway's variable X. Default: everybody may.",
    ),
  softwareStatements: z
    .array(SoftwareStatements, { error: "a list of issuers of software statements" })
    .optional()
    .describe("Whose software statements (RFC 7591 2.3) are accepted. Default none."),
  rotate: flag()
    .optional()
    .describe(
      "Whether a client that changes its registration gets a new access token for it, and a new secret. Default false.",
    ),
});
export type RegistrationEntry = z.infer<typeof Rules>;

/** `gateway.registration` of the file. */
export const Registration = z
  .union([z.boolean(), Rules], { error: 'true, false, or an object such as {"rotate": true}' })
  .describe("Whether clients may register themselves (RFC 7591), and how. Default true.");
