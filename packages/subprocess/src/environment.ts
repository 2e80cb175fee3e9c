/** What a child needs of the machine's environment: places, language, certificates, proxies, package runners. */
const allowedNames: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TERM",
  "TMPDIR",
  "TZ",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "REQUESTS_CA_BUNDLE",
]);
const allowedShapes = /^(LC_.+|XDG_.+|(HTTP|HTTPS|ALL|NO)_PROXY|npm_config_.+|UV_.+|PIP_.+|DOCKER_HOST)$/i;
/** `package` and `call` are what an enclosing `npx` was told to run: a nested one would run it again. */
const neverPassed = /(auth|token|password|secret|credential)|^npm_config_(package|call)$/i;

/**
 * The environment of a child: an allow-list of `processEnv`, then the child's `own` values, which win. Nothing else of
 * the parent's environment, so none of its secrets (security.md 23).
 */
export function childEnvironment(
  processEnv: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(processEnv)) {
    if (value !== undefined && isAllowed(name)) environment[name] = value;
  }
  return { ...environment, ...own };
}

function isAllowed(name: string): boolean {
  return allowedNames.has(name) || (allowedShapes.test(name) && !neverPassed.test(name));
}
