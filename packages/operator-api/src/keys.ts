/** How the signing key is changed: announced first, at once, or at once and with the end of all that the old keys signed. */
export type RotationKind = "planned" | "now" | "compromised";

/** `POST /keys/rotate`: the keys after a rotation, by `kid`. */
export interface RotatedKeys {
  readonly signing: string;
  /** The one that is published already; `signsFrom` in seconds since the epoch. */
  readonly next?: { readonly kid: string; readonly signsFrom: number };
  readonly trusted: readonly string[];
}
