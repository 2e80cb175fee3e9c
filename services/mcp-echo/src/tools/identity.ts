import { decodedToken } from "../domain/decoded-token.ts";
import { masked } from "../domain/masking.ts";
import type { Tool, ToolContext } from "./tool.ts";

export const bearerDecode: Tool = {
  name: "bearerDecode",
  description:
    "Decodes the access token of this request, without its signature. Nothing is verified here: the gateway did that.",
  run(context) {
    const token = tokenOf(context);
    if (token === undefined) return "No token came with this request, in neither X-Auth-Token nor Authorization.";
    return decodedToken(token) ?? `An opaque token ${masked(token)}: only who made it can say what it means.`;
  },
};

export const authContext: Tool = {
  name: "authContext",
  description: "Shows who calls, as the gateway says: user, client and scope.",
  run(context) {
    const { headers } = context;
    return {
      user: headers.get("x-user-name") ?? "unknown",
      userId: headers.get("x-user-id") ?? "unknown",
      client: headers.get("x-auth-client") ?? "unknown",
      scope: headers.get("x-auth-scope") ?? "unknown",
      hasToken: tokenOf(context) !== undefined,
      hasAssertion: headers.has("x-gateway-assertion"),
    };
  },
};

export const whoIsTheGoat: Tool = {
  name: "whoIStheGOAT",
  description: "Says who the greatest of all time is.",
  run({ headers }) {
    const name = headers.get("x-user-name");
    return name === null ? "Nobody is signed in, so nobody is the GOAT." : `${name} is the GOAT.`;
  },
};

/** The gateway hands the token on as X-Auth-Token (oauth-wire 13.2); without the gateway it is where the client put it. */
function tokenOf({ headers }: ToolContext): string | undefined {
  return headers.get("x-auth-token") ?? /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}
