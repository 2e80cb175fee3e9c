import type { RotatedKeys, RotationKind } from "@gateway/operator-api";
import { isPersonalToken } from "./domain/personal-token.ts";
import type { LiveTokens } from "./live-tokens.ts";
import type { Ports, RotatingKeys } from "./ports.ts";

/**
 * Changes the key that signs (decision 20). A compromised key ends at once: what was found valid by it is forgotten, and
 * personal tokens, which nobody can refresh, end for good. Clients refresh, and nobody signs in again.
 */
export function keyRotation(
  { store, logger }: Pick<Ports, "store" | "logger">,
  keys: RotatingKeys,
  liveTokens: Pick<LiveTokens, "forgetAll">,
): (kind: RotationKind) => Promise<RotatedKeys> {
  return async (kind) => {
    const rotated = await keys.rotate(kind);
    logger.warn("signing keys rotated", { kind, ...rotated });
    if (kind === "compromised") {
      liveTokens.forgetAll();
      const personal = (await store.grants.list()).filter(isPersonalToken);
      for (const { grantId } of personal) await store.grants.revoke(grantId);
    }
    return rotated;
  };
}
