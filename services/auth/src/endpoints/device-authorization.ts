import { randomInt } from "node:crypto";
import type { DeviceAuthorization } from "@gateway/store";
import type { RequestHandler } from "express";
import { authenticateClient } from "../authenticate-client.ts";
import { digest, randomToken } from "../digest.ts";
import { deviceCodeGrantType } from "../domain/client-metadata.ts";
import { accessErrors, checkRequestedAccess } from "../domain/requested-access.ts";
import { makeUserCode, renderUserCode } from "../domain/user-code.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { rateLimit } from "../rate-limit.ts";
import { parseForm } from "./token.ts";

/** Seconds (oauth-wire 7). */
const lifetime = 600;
const interval = 5;

/** Device authorization endpoint (RFC 8628 3.1). */
export function deviceAuthorization(ports: Ports): RequestHandler {
  const { config, resourceServers, clock, logger } = ports;
  const countAuthorization = rateLimit("device authorizations", config.deviceRateLimit, config.globalRateFactor);
  return async (req, res) => {
    await countAuthorization(req.ip ?? "");
    const form = parseForm(req.body);
    const { clientId, grantTypes } = await authenticateClient(ports, req, form);
    if (!grantTypes.includes(deviceCodeGrantType)) {
      throw new OAuthError("unauthorized_client", "The client is not registered for the device code grant.");
    }
    const asked = checkRequestedAccess(form, resourceServers);
    if (!asked.ok) {
      const [code, description] = accessErrors[asked.refusal];
      throw new OAuthError(code, description);
    }
    const expiresAt = clock() + lifetime;
    const authorization = { clientId, ...asked.value, expiresAt, interval, grantId: randomToken(128) };
    const { deviceCode, userCode } = await issueCodes(ports, authorization);
    logger.info("device authorization begun", { clientId, resource: asked.value.resource });
    res.json(renderDeviceResponse(config.issuer, deviceCode, renderUserCode(userCode)));
  };
}

/** Both codes, the user code one that no other device has now. */
async function issueCodes({ store }: Ports, authorization: DeviceAuthorization) {
  const deviceCode = randomToken();
  for (;;) {
    const userCode = makeUserCode((below) => randomInt(below));
    const digests = { deviceCode: digest(deviceCode), userCode: digest(userCode) };
    if (await store.deviceCodes.issue(digests, authorization)) return { deviceCode, userCode };
  }
}

/** Device authorization response (RFC 8628 3.2). */
function renderDeviceResponse(issuer: string, deviceCode: string, userCode: string): Record<string, unknown> {
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: `${issuer}/device`,
    verification_uri_complete: `${issuer}/device?user_code=${userCode}`,
    expires_in: lifetime,
    interval,
  };
}
