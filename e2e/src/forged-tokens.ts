import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from "node:crypto";

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * What a thief of one token, or a stranger, could make of it and of the public keys (RFC 8725 2, 3). None is a token.
 * @param jwk the gateway's own public key
 */
export function forgedTokens(token: string, jwk: JsonWebKey): readonly (readonly [what: string, text: string])[] {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const header = JSON.parse(Buffer.from(head, "base64url").toString()) as Record<string, unknown>;
  const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const resign = (change: object) => {
    const text = `${encode({ ...header, ...change })}.${payload}`;
    return `${text}.${sign("sha256", Buffer.from(text), own.privateKey).toString("base64url")}`;
  };
  const hmac = (secret: string | Buffer) => {
    const text = `${encode({ ...header, alg: "HS256" })}.${payload}`;
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  const pem = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
  const last = letters.indexOf(signature.at(-1) ?? "");
  return [
    ...["none", "None", "NONE", "nOnE", ""].flatMap((alg) => [
      [`alg ${alg}, no signature`, `${encode({ ...header, alg })}.${payload}.`] as const,
      [`alg ${alg}, the old signature`, `${encode({ ...header, alg })}.${payload}.${signature}`] as const,
    ]),
    ["HS256 with the public key", hmac(pem)],
    ["HS256 with the public key as JWK", hmac(JSON.stringify(jwk))],
    ["another key under our kid", resign({})],
    ["another key in the header", resign({ jwk: own.publicKey.export({ format: "jwk" }) })],
    ["a key set elsewhere", resign({ jku: "http://127.0.0.1:9/jwks" })],
    ["a kid that is a path", resign({ kid: "../../../../dev/null" })],
    ["a kid that every object has", resign({ kid: "__proto__" })],
    ["a critical extension", resign({ crit: ["b64"], b64: false })],
    ["another type", resign({ typ: "JWT" })],
    [
      "other claims",
      `${head}.${encode({ ...JSON.parse(Buffer.from(payload, "base64url").toString()), sub: "local|bob" })}.${signature}`,
    ],
    ["spare bits in the last character", `${token.slice(0, -1)}${letters[last ^ 1]}`],
    ["padding", `${token}==`],
    ["four parts", `${token}.${signature}`],
    ["no signature", `${head}.${payload}`],
  ];
}
