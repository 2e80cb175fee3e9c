/** What a proxy needs, without gateway.json and the other services' variables: loading those costs it 5 MB of memory. */

export { insteadOfAbsentPackage } from "./absent-package.ts";
export { parseEnv } from "./env/parse-env.ts";
export {
  allProtocolVersions,
  isLegacyProtocolVersion,
  protocolVersions,
  shownWires,
} from "./env/protocol-versions.ts";
export { ProxyEnv } from "./env/proxy.ts";
export { shareOfOneUser } from "./env/share-of-one-user.ts";
export { isLoopbackName } from "./env/values.ts";
export { readVariableFiles } from "./env/variable-files.ts";
export { ConfigError, type Problem } from "./problem.ts";
export type { ScopeRules } from "./scope-rules.ts";
