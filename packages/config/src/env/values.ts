import { z } from "zod";
import { toolName } from "../scope-rules.ts";

/**
 * The kinds of values that environment variables hold. Each reads text, gives a typed value, and says in its error
 * what is allowed. `.default(…)` and `.optional()` are the schema's own to add, then `.describe(…)` last.
 */

/** The same variable under another name, which other programs have for it; its own name wins. */
export function alsoNamed<Schema extends z.ZodType>(schema: Schema, alias: string): Schema {
  return schema.meta({ alias });
}

/** Digits only: no sign, no exponent, no hexadecimal. */
export function wholeNumber({ min = 0, max = Number.MAX_SAFE_INTEGER, unit = "" } = {}) {
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  const error = `a whole number ${range}${unit === "" ? "" : `, in ${unit}`}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error, abort: true })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

const byteUnits: Readonly<Record<string, number>> = { "": 1, k: 1_024, m: 1_048_576, g: 1_073_741_824 };

/** Bytes of a size such as 512m: digits, then k, m or g for powers of 1024; undefined when it is none. */
export function parseByteSize(size: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,12})([kmg]?)$/i.exec(size) ?? [];
  return digits === undefined ? undefined : Number(digits) * (byteUnits[unit.toLowerCase()] ?? 1);
}

/** An amount of bytes, as `parseByteSize` reads it, within a range that is written the same way. */
export function byteSize(min: string, max: string) {
  const error = `a size from ${min} to ${max}, such as 512m`;
  return z
    .string()
    .refine((size) => isByteSize(size, min, max), { error, abort: true })
    .transform((size) => parseByteSize(size) ?? 0);
}

/** Whether a text is a size in a range. */
export function isByteSize(size: string, min: string, max: string): boolean {
  const bytes = parseByteSize(size) ?? -1;
  return bytes >= (parseByteSize(min) ?? 0) && bytes <= (parseByteSize(max) ?? 0);
}

/** A number with a fraction: digits and a point, no sign and no exponent. */
export function decimal({ min, max }: { readonly min: number; readonly max: number }) {
  const error = `a number from ${min} to ${max}, such as ${min}`;
  return z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/, { error, abort: true })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

/** One word of a few. */
export function oneOf<const Word extends string>(...words: readonly [Word, ...Word[]]) {
  return z.enum(words, { error: words.join(", ") });
}

/** A TCP port; 0 lets the system choose. */
export function port() {
  return wholeNumber({ max: 65_535 });
}

/** The port of metrics. The system cannot choose it. */
export function metricsPort() {
  return port().refine((value) => value > 0, { error: "a port from 1 to 65535: what reads metrics must know it" });
}

const tenYears = 315_360_000;

/** A duration in seconds, at most ten years. */
export function seconds({ min = 1, max = tenYears } = {}) {
  return wholeNumber({ min, max, unit: "seconds" });
}

/** A switch. */
export function flag() {
  return z.enum(["0", "1", "false", "true"], { error: "1, 0, true or false" }).transform((value) => isOn(value));
}

/** Whether a switch's text means on; undefined is off. */
function isOn(value: string): boolean {
  return value === "1" || value === "true";
}

/** Any text. */
export function text() {
  return z.string();
}

/** Text that is never printed, also not in an error. */
export function secret() {
  return z.string().meta({ secret: true });
}

/** An address to listen on that only this machine reaches. */
export function loopbackHost() {
  return z.enum(["127.0.0.1", "::1", "localhost"], {
    error: "127.0.0.1, ::1 or localhost: this service listens on loopback only",
  });
}

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/** A DNS name of two labels or more (RFC 1123 2.1), in lower case. */
export function domainName() {
  return z.string().regex(new RegExp(`^(?=.{1,200}$)${label}(\\.${label})+$`), {
    error: "a domain name in lower case, such as gateway.mydomain.dev",
  });
}

/** How much is logged. */
export function logLevel() {
  const level = z.enum(["error", "warn", "info", "debug"], { error: "error, warn, info or debug" });
  return z
    .string()
    .transform((written) => otherLevels[written.toLowerCase()] ?? written.toLowerCase())
    .pipe(level);
}

/** What other programs call these, Python's among them. */
const otherLevels: Readonly<Record<string, string>> = {
  warning: "warn",
  critical: "error",
  fatal: "error",
  trace: "debug",
};

/** Values between commas; blanks around them and empty ones are dropped. */
export function commaList() {
  return z.string().transform(splitCommas);
}

/** As `commaList`, with at least one value. */
export function filledCommaList() {
  return z
    .string()
    .transform(splitCommas)
    .refine((values): values is [string, ...string[]] => values.length > 0, {
      error: "at least one value; several are separated by commas",
    });
}

function splitCommas(list: string): string[] {
  return list
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/** An absolute http or https URL, kept as written. */
export function httpUrl() {
  return z.string().refine((value) => parseHttpUrl(value) !== undefined, { error: "an http:// or https:// URL" });
}

/** An issuer: an origin, without path, query, fragment or trailing slash (RFC 8414 2); http on loopback names only. */
export function issuer() {
  return z.string().refine(isIssuer, {
    error: "an https:// origin, or an http:// one on localhost or 127.0.0.1, with no path and no slash at the end",
  });
}

function isIssuer(value: string): boolean {
  const url = parseHttpUrl(value);
  return url !== undefined && url.origin === value && (url.protocol === "https:" || isLoopbackName(url.hostname));
}

/** The issuer of an OpenID provider (OpenID Connect Core 2: no query, no fragment); http on loopback names only. */
export function openIdIssuer() {
  return z.string().refine(isOpenIdIssuer, {
    error: "an https:// URL, or an http:// one on localhost or 127.0.0.1, without query, fragment or user",
  });
}

function isOpenIdIssuer(value: string): boolean {
  const url = parseHttpUrl(value);
  if (url === undefined || /[?#]/.test(value) || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || isLoopbackName(url.hostname);
}

/** OAuth scopes between blanks (RFC 6749 3.3), `needed` among them. */
export function scopes(needed: string) {
  return z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, { error: "scopes with one blank between" })
    .refine((value) => value.split(" ").includes(needed), { error: `scopes with ${needed} among them` });
}

/** Whether a host name means this machine without asking a resolver (RFC 6761 6.3). */
export function isLoopbackName(hostname: string): boolean {
  return ["127.0.0.1", "[::1]", "::1", "localhost"].includes(hostname.toLowerCase()) || /\.localhost$/i.test(hostname);
}

/** Names of tools between commas, as rules have them. */
export function toolNames() {
  return commaList().refine((names) => names.every((name) => toolName.test(name)), {
    error: "names of tools, separated by commas, without ?, brackets and braces; only * stands for any text",
  });
}

/** Browser origins between commas; `*` means all, `loopback` any origin of this machine. */
export function originList() {
  return commaList().refine((origins) => origins.every(isOriginPattern), {
    error: "origins such as https://app.example, separated by commas; or *, or loopback",
  });
}

function isOriginPattern(origin: string): boolean {
  return origin === "*" || origin === "loopback" || parseHttpUrl(origin)?.origin === origin;
}

function parseHttpUrl(value: string): URL | undefined {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  return ["http:", "https:"].includes(url.protocol) ? url : undefined;
}
