import type { RotatedKeys, RotationKind } from "@gateway/operator-api";
/** What a rotation came to, and what it means for people. */
export function renderRotation(kind: RotationKind, { signing, next, trusted }: RotatedKeys): string[] {
  const old = trusted.filter((kid) => kid !== signing && kid !== next?.kid);
  return [
    `Signing: ${signing}`,
    ...(next ? [`Next:    ${next.kid}, from ${new Date(next.signsFrom * 1_000).toISOString()}`] : []),
    ...old.map((kid) => `Old:     ${kid}, trusted until its tokens have ended`),
    ...(kind === "compromised" ? [endOfCompromised] : ["Nobody is signed out."]),
  ];
}

const endOfCompromised =
  "Tokens of the old keys are dead. Clients refresh by themselves; personal access tokens must be made anew.";
