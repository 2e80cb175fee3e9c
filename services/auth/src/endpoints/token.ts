import type { Client } from "@gateway/store";
import type { RequestHandler } from "express";
import { authenticateClient } from "../authenticate-client.ts";
import { deviceCodeGrantType } from "../domain/client-metadata.ts";
import { type Parameters, readParameters } from "../domain/parameters.ts";
import { OAuthError } from "../errors.ts";
import type { CountedGrant } from "../metrics.ts";
import type { Ports } from "../ports.ts";
import { rateLimit } from "../rate-limit.ts";
import type { TokenResponse } from "../token-issuance.ts";
import { authorizationCodeGrant } from "./grants/authorization-code.ts";
import { deviceCodeGrant } from "./grants/device-code.ts";
import { refreshTokenGrant } from "./grants/refresh-token.ts";

/** One grant type: what an authenticated client gets for its form, or an OAuthError. */
export type GrantType = (client: Client, form: Parameters) => Promise<TokenResponse>;

/** Token endpoint (RFC 6749 3.2). */
export function token(ports: Ports): RequestHandler {
  const grantTypes: ReadonlyMap<string, GrantType> = new Map([
    ["authorization_code", authorizationCodeGrant(ports)],
    ["refresh_token", refreshTokenGrant(ports)],
    [deviceCodeGrantType, deviceCodeGrant(ports)],
  ]);
  const countRequest = rateLimit("requests for tokens", ports.config.tokenRateLimit, ports.config.globalRateFactor);
  return async (req, res) => {
    await countRequest(req.ip ?? "");
    const form = parseForm(req.body);
    const name = form.get("grant_type");
    if (name === undefined) throw new OAuthError("invalid_request", "grant_type is missing.");
    const grantType = grantTypes.get(name);
    if (grantType === undefined) throw new OAuthError("unsupported_grant_type", "This grant type is not supported.");
    const client = await authenticateClient(ports, req, form);
    if (!client.grantTypes.includes(name)) {
      throw new OAuthError("unauthorized_client", "The client is not registered for this grant type.");
    }
    const response = await grantType(client, form);
    ports.metrics.tokenIssued(countedGrant(name));
    res.json(response);
  };
}

/** @param name of a grant type that is served */
function countedGrant(name: string): CountedGrant {
  return name === deviceCodeGrantType ? "device_code" : (name as CountedGrant);
}

/**
 * Reads a form that was sent as application/x-www-form-urlencoded.
 * @throws invalid_request for another media type and for a parameter given twice (RFC 6749 3.2)
 */
export function parseForm(body: unknown): Parameters {
  if (body === undefined) throw new OAuthError("invalid_request", "Send application/x-www-form-urlencoded.");
  const form = readParameters(body);
  if (form.repeated.length > 0) throw new OAuthError("invalid_request", "A parameter is given more than once.");
  return form;
}
