import type { RedisDurability } from "@gateway/store";
import { type Finding, ok, warning } from "./findings.ts";

/**
 * Whether a Redis that answers keeps what it acknowledged (docs/storage.md): a registration, a token, a revocation that was answered
 * must be there after it ends, however it ends.
 */
export function judgeDurability(about: string, { appendonly, appendfsync }: RedisDurability): Finding {
  if (appendonly === "no")
    return warning(
      about,
      "answers, and may lose what it acknowledged when it ends: appendonly is no",
      `Clients would have to register and sign in anew, and revoked tokens could be good again. Set ${wanted}.`,
    );
  if (appendonly === undefined)
    return warning(
      about,
      "answers, and does not say whether it keeps what it acknowledged",
      `Look where its settings are made: ${wanted}.`,
    );
  if (appendfsync === "always") return ok(about, "answers, and keeps what it acknowledged");
  if (appendfsync === undefined)
    return warning(
      about,
      "answers, keeps what it acknowledged in a file, and does not say how soon",
      "Look where its settings are made: appendfsync always.",
    );
  return warning(
    about,
    `answers, and may lose the last that it acknowledged when its machine fails: appendfsync is ${appendfsync}`,
    "A registration, a sign-in or a revocation of that moment would be undone. Set appendfsync always.",
  );
}

const wanted = "appendonly yes and appendfsync always";
