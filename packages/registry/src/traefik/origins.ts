/** Any scheme of a browser's origin, so that `null` is nobody's. */
const anyOrigin = "^[a-z][a-z0-9+.-]*://[^/]+$";
// No comma in it: in a label it would end one pattern and begin the next.
/** RFC 6761 6.3, RFC 8252 7.3: names and addresses that never leave this machine. */
const loopbackOrigin = String.raw`^https?://(127(\.[0-9]+){3}|\[::1\]|([a-z0-9-]+\.)*localhost)(:[0-9]+)?$`;

interface OriginSettings {
  readonly accessControlAllowOriginList?: readonly string[];
  readonly accessControlAllowOriginListRegex?: readonly string[];
}

/**
 * The origin lists of Traefik's headers middleware. `*` is a pattern and not Traefik's own `*`, because the origin is
 * to be echoed; no list at all allows none.
 */
export function originSettings(origins: readonly string[]): OriginSettings {
  const patterns = [
    ...(origins.includes("*") ? [anyOrigin] : []),
    ...(origins.includes("loopback") ? [loopbackOrigin] : []),
  ];
  const exact = origins.filter((origin) => origin !== "*" && origin !== "loopback");
  return {
    ...(exact.length > 0 ? { accessControlAllowOriginList: exact } : {}),
    ...(patterns.length > 0 ? { accessControlAllowOriginListRegex: patterns } : {}),
  };
}
