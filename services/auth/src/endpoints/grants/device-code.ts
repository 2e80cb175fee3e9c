import type { DevicePoll } from "@gateway/store";
import { beginGrant } from "../../begin-grant.ts";
import { digest } from "../../digest.ts";
import { checkResourceMatch } from "../../domain/code-exchange.ts";
import { OAuthError, type OAuthErrorCode } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import type { GrantType } from "../token.ts";

/** RFC 8628 3.5; all of them are 400 here (RFC 6749 5.2). */
const answers: Readonly<Record<Exclude<DevicePoll["state"], "approved">, readonly [OAuthErrorCode, string]>> = {
  pending: ["authorization_pending", "The person has not decided yet."],
  "too-fast": ["slow_down", "Wait 5 seconds longer between two requests from now on."],
  denied: ["access_denied", "The person said no."],
  expired: ["expired_token", "The device code has expired. Ask for a new one."],
  unknown: ["invalid_grant", "The device code is unknown, used or not for this client."],
};

/** Device code grant (RFC 8628 3.4). */
export function deviceCodeGrant(ports: Ports): GrantType {
  const { store, resourceServers } = ports;
  return async (client, form) => {
    const presented = form.get("device_code");
    if (presented === undefined) throw new OAuthError("invalid_request", "device_code is missing.");
    const poll = await store.deviceCodes.poll(digest(presented), client.clientId);
    if (poll.state !== "approved") throw refusalOf(poll.state);
    const { authorization, approval } = poll;
    if (checkResourceMatch(resourceServers, form.resources, approval.resource) !== undefined) {
      throw new OAuthError("invalid_target", "resource is not the one that was granted.");
    }
    return await beginGrant(ports, client, { ...approval, grantId: authorization.grantId });
  };
}

function refusalOf(state: keyof typeof answers): OAuthError {
  const [code, description] = answers[state];
  return new OAuthError(code, description, { to: "caller" }, 400);
}
