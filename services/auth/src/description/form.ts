import { clientAssertionType } from "../domain/client-assertion.ts";
import { type ObjectSchema, type Schema, text } from "./operation.ts";

/** A form as a request's body. */
export function form(schema: ObjectSchema) {
  return { mediaType: "application/x-www-form-urlencoded", schema } as const;
}

/** A JSON body, and what it means. */
export function json(description: string, schema: Schema) {
  return { status: 200, description, mediaType: "application/json", schema } as const;
}

/** How a client proves itself within a form (RFC 6749 2.3.1, RFC 7523 2.2). */
export const authentication = {
  client_id: text("Where it is not in the Authorization header."),
  client_secret: text("Of a client with client_secret_post."),
  client_assertion_type: text("Of a client with private_key_jwt.", { const: clientAssertionType }),
  client_assertion: text("The JWT that such a client signed."),
};
