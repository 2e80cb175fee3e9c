import { ConfigError } from "@gateway/config/auth";
import type { SigningKey, SigningKeys } from "../ports.ts";
import { publicJwk, readSigningKey } from "./signing-key.ts";

/**
 * One key given by configuration, the only one trusted.
 * @throws ConfigError when it is not a private key that the algorithm may be used with
 */
export function givenSigningKey(privateKeyB64: string, algorithm: SigningKey["algorithm"]): SigningKeys {
  const key = readSigningKey(Buffer.from(privateKeyB64, "base64").toString("utf8"), algorithm);
  if (key !== undefined) {
    const jwks = [publicJwk(key)];
    const find = (kid: string) => (kid === key.kid ? key : undefined);
    return { current: () => key, find, jwks: () => jwks, catchUp: () => undefined };
  }
  throw new ConfigError("environment", [
    { at: "JWT_PRIVATE_KEY_B64", found: "a value that is not shown", allowed: `${allowedKey[algorithm]}, in base64` },
  ]);
}

const allowedKey = {
  RS256: "an unencrypted RSA private key of 2048 bits or more as PEM",
  ES256: "an unencrypted P-256 private key as PEM",
};
