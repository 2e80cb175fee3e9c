import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";

/** Algorithms that a client may sign its assertions with (oauth-wire 3). */
export const assertionAlgorithms = ["RS256", "ES256"] as const;
export type AssertionAlgorithm = (typeof assertionAlgorithms)[number];

/** The public members that matter here (RFC 7517 4, RFC 7518 6); others are dropped. */
const Key = z.object({
  kty: z.string(),
  kid: z.string().max(256).optional(),
  use: z.string().optional(),
  alg: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
  crv: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
});
/** A JWK set (RFC 7517 5) of which only public members are left. */
export interface JsonWebKeySet {
  readonly keys: readonly {
    readonly kty: string;
    readonly kid?: string | undefined;
    readonly use?: string | undefined;
    readonly alg?: string | undefined;
    readonly [member: string]: unknown;
  }[];
}
const KeySet = z.object({ keys: z.array(z.looseObject({})).min(1).max(20) });
const AnyKeySet = z.object({ keys: z.array(z.looseObject({}).catch({})) });

/** Members of private and symmetric keys (RFC 7518 6.2.2, 6.3.2, 6.4.1). */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** Whether a key among these is private or symmetric, whatever else is wrong with the set: it is no secret any more. */
export function holdsSecretKey(value: unknown): boolean {
  const { data: set } = AnyKeySet.safeParse(value);
  return set?.keys.some((key) => secretMembers.some((name) => name in key)) ?? false;
}

/** Why a JWK set cannot be used. */
export type KeySetRefusal = "malformed" | "secret_key" | "no_usable_key";
type KeySetDecision =
  | { readonly ok: true; readonly value: JsonWebKeySet }
  | { readonly ok: false; readonly refusal: KeySetRefusal };

/** What the operator is told of a JWK set that cannot be used. */
export const keySetRule =
  "a JWK set with a public RSA key of 2048 to 4096 bits or a public P-256 key, and no private one";

/** Reads a JWK set (RFC 7517 5): keys we do not understand are left out, a secret one condemns the set. */
export function checkKeySet(value: unknown): KeySetDecision {
  const { data: set } = KeySet.safeParse(value);
  if (set === undefined) return refuse("malformed");
  if (holdsSecretKey(set)) return refuse("secret_key");
  const keys = set.keys.flatMap((key) => Key.safeParse(key).data ?? []).filter((key) => readKey(key) !== undefined);
  return keys.length === 0 ? refuse("no_usable_key") : { ok: true, value: { keys } };
}

function refuse(refusal: KeySetRefusal): KeySetDecision {
  return { ok: false, refusal };
}

/** The keys that a signature under this header may have been made with; without a `kid`, all that fit the algorithm. */
export function findKeys(set: JsonWebKeySet, kid: string | undefined, algorithm: AssertionAlgorithm): KeyObject[] {
  const named = kid === undefined ? set.keys : set.keys.filter((key) => key.kid === kid);
  return named.flatMap((key) => {
    const read = readKey(key);
    return read?.algorithm === algorithm ? [read.key] : [];
  });
}

function readKey(jwk: JsonWebKeySet["keys"][number]) {
  if (jwk.use !== undefined && jwk.use !== "sig") return undefined;
  const key = importKey(jwk);
  const algorithm = key && algorithmOf(key);
  if (key === undefined || algorithm === undefined || (jwk.alg !== undefined && jwk.alg !== algorithm))
    return undefined;
  return { key, algorithm };
}

function importKey(jwk: JsonWebKeySet["keys"][number]): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: "jwk" });
  } catch {
    return undefined; // another kind of key, or no key at all
  }
}

/** RFC 7518 3.3, 3.4. The upper bounds keep a check cheap: whoever registers chooses the key. */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): AssertionAlgorithm | undefined {
  const { modulusLength = 0, publicExponent = 0n, namedCurve } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === "ec") return namedCurve === "prime256v1" ? "ES256" : undefined;
  const isFit = modulusLength >= 2_048 && modulusLength <= 4_096 && publicExponent > 2n && publicExponent < 2n ** 32n;
  return asymmetricKeyType === "rsa" && isFit ? "RS256" : undefined;
}
