import { randomInt } from "node:crypto";
import type { DeviceAuthorization } from "@gateway/store";
import type { RequestHandler } from "express";
import { authenticateClient } from "../authenticate-client.ts";
import { digest, randomToken } from "../digest.ts";
import { checkDeviceRequest, type DeviceRefusal, deviceCodeGrantType } from "../domain/device-request.ts";
import { makeUserCode, renderUserCode } from "../domain/user-code.ts";
import { OAuthError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { rateLimit } from "../rate-limit.ts";
import { parseForm } from "./token.ts";

/** Seconds (oauth-wire 7). */
const lifetime = 600;
const interval = 5;

const problems = {
  resource_missing: ["invalid_target", "resource is required: the URL of one MCP server."],
  several_resources: ["invalid_target", "One token is for one resource."],
  unknown_resource: ["invalid_target", "resource is not an MCP server of this gateway."],
  unknown_scope: ["invalid_scope", "scope names one that no MCP server of this gateway has."],
} as const satisfies Readonly<Record<DeviceRefusal, readonly [code: string, description: string]>>;

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
    const asked = checkDeviceRequest(form, resourceServers);
    if (!asked.ok) {
      const [code, description] = problems[asked.refusal];
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
