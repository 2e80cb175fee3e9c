import type { AuthorizationRequest, ConsentTuple, User } from "@gateway/store";
import { redirectHost } from "./redirect-uri.ts";

/** What a person agrees to, as one tuple: any part of it different means asking again (decision 23). */
export function consentTuple(
  user: User,
  { clientId, redirectUri, scope, clientFingerprint }: AuthorizationRequest,
  resource: string,
): ConsentTuple {
  const tuple = { sub: user.sub, clientId, redirectHost: redirectHost(redirectUri), resource, scope };
  return clientFingerprint === undefined ? tuple : { ...tuple, clientFingerprint };
}
