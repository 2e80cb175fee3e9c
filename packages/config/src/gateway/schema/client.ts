import { z } from "zod";
import { flag, text, texts } from "./values.ts";

/** One of the clients that are declared instead of registered. */
export const Client = z
  .strictObject(
    {
      id: text("text").describe("Its client_id."),
      name: text("text").optional().describe("Shown to people who are asked to agree."),
      secret: text("text, such as ${env:MY_CLIENT_SECRET}")
        .optional()
        .describe("Its client secret, 32 characters or more. ${env:X} stands for the gateway's variable X."),
      jwks: z
        .record(z.string(), z.unknown(), { error: 'an object such as {"keys": []}' })
        .optional()
        .describe("Its public keys, a JWK set, for private_key_jwt in place of a secret."),
      redirectUris: texts("redirect URI").optional().describe("Where it is answered. None for a mere resource server."),
      introspect: flag()
        .optional()
        .describe("It may ask /introspect whether a token is good, as a resource server does."),
    },
    { error: 'an object such as {"id": "my-app", "redirectUris": ["https://app.example/callback"]}' },
  )
  .describe("A client that need not register.");
export type ClientEntry = z.infer<typeof Client>;
