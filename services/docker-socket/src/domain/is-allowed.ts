/** What Traefik's Docker provider asks of an engine; a version such as `/v1.41` may stand before each. */
const questions = [/^\/version$/, /^\/containers\/json$/, /^\/containers\/[0-9a-f]{12,64}\/json$/, /^\/events$/];

/**
 * Whether Traefik may send this to the Docker engine (decision 39): whoever takes over Traefik must not thereby take over the
 * machine, which the socket itself would allow.
 * @param target the request target as sent
 */
export function isAllowed(method: string, target: string): boolean {
  const [path = ""] = target.split("?");
  const unversioned = path.replace(/^\/v\d+\.\d+(?=\/)/, "");
  if (unversioned === "/_ping") return method === "GET" || method === "HEAD";
  return method === "GET" && questions.some((question) => question.test(unversioned));
}
