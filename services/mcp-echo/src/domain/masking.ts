/** What stands for a value that is a credential, or may be one. */
export function masked(value: string): string {
  return `(not shown, ${value.length} characters)`;
}

const secretHeader = /authorization|cookie|token|secret|password|api-?key|assertion|session|signature/i;

/** Request headers in the order given, credentials masked; of an authorization the scheme is shown. */
export function maskedHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([name, value]) => [name, secretHeader.test(name) ? maskedAfterScheme(value) : value]),
  );
}

function maskedAfterScheme(value: string): string {
  const [, scheme, credential] = /^(basic|bearer|digest|dpop|negotiate) +(.*)$/i.exec(value) ?? [];
  return scheme === undefined || credential === undefined ? masked(value) : `${scheme} ${masked(credential)}`;
}

/** Variables whose values are shown. A list of what may be seen, as no pattern knows what people call their secrets. */
const openVariables = /^(HOST|PORT|LOG_LEVEL|NODE_ENV|TZ|LANG|LC_ALL|MCP_SESSION_TIMEOUT|MCP_MAX_SESSIONS)$/;

/** The environment by name; values only where they are known to be harmless. */
export function maskedEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value = ""]) => [name, openVariables.test(name) ? value : masked(value)]),
  );
}
