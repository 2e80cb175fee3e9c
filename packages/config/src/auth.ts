// The door for services/auth: what it needs, without the schemas of gateway.json, which would sit in its memory unused.
export { AuthEnv } from "./env/auth.ts";
export { parseEnv } from "./env/parse-env.ts";
export { isLoopbackName } from "./env/values.ts";
export { readVariableFiles } from "./env/variable-files.ts";
export { openIdPrefix } from "./openid-entry.ts";
export { ConfigError } from "./problem.ts";
export { redirectScheme } from "./redirect-scheme.ts";
