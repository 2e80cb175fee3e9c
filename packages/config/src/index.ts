export { authHeapFlags } from "./auth-heap.ts";
export { declareInClientFile } from "./client-file.ts";
export { findClosest } from "./did-you-mean.ts";
export { AuthEnv } from "./env/auth.ts";
export { DeploymentEnv, isOwnRedis, parseRouting } from "./env/deployment.ts";
export { DockerSocketEnv } from "./env/docker-socket.ts";
export { EdgeEnv } from "./env/edge.ts";
export { setVariables } from "./env/edit-env-file.ts";
export { EchoEnv, FetchEnv } from "./env/native-servers.ts";
export { parseEnv } from "./env/parse-env.ts";
export { shownWires } from "./env/protocol-versions.ts";
export { ProxyEnv } from "./env/proxy.ts";
export { isSampleValue } from "./env/sample-value.ts";
export { isOffered, offeredWayProblems, type SignInWay } from "./env/sign-in.ts";
export { SupervisorEnv } from "./env/supervisor.ts";
export { isLoopbackName } from "./env/values.ts";
export { readVariableFiles } from "./env/variable-files.ts";
export { renderEnvTable, type Variable, variablesOf } from "./env/variables.ts";
export { addServer, entryOf, removeServer } from "./gateway/edit-gateway-file.ts";
export type { DeclaredEntry } from "./gateway/edit-json-text.ts";
export { renderJsonSchema } from "./gateway/file-schema.ts";
export { fillPlaceholders, type PlaceholderValues } from "./gateway/fill-placeholders.ts";
export type {
  AllowList,
  GatewayConfig,
  GatewaySettings,
  HttpServer,
  ImageProgram,
  PreRegisteredClient,
  Program,
  ServerDefinition,
  SessionLimits,
  StdioServer,
} from "./gateway/gateway-config.ts";
export type { GatewayContext } from "./gateway/gateway-context.ts";
export { parseGatewayConfig } from "./gateway/parse-gateway-config.ts";
export { gatewayFileAccess, readGatewayConfig, readGatewayFile } from "./gateway/read-gateway-config.ts";
export { openIdPrefix } from "./openid-entry.ts";
export { ConfigError, type Problem } from "./problem.ts";
export { renderVariableTables } from "./render-variable-tables.ts";
