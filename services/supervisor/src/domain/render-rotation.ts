/** What auth answers to a rotation, keys by `kid`. */
export interface RotatedKeys {
  readonly signing: string;
  /** `signsFrom`: seconds since the epoch. */
  readonly next?: { readonly kid: string; readonly signsFrom: number };
  readonly trusted: readonly string[];
}

/** What a rotation came to, and what it means for people. */
export function renderRotation(
  kind: "planned" | "now" | "compromised",
  { signing, next, trusted }: RotatedKeys,
): string[] {
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
