// The door for our own MCP servers: what they need, without the schemas of gateway.json, which would sit in their memory unused.
export { EchoEnv, FetchEnv } from "./env/native-servers.ts";
export { parseEnv } from "./env/parse-env.ts";
export { shareOfOneUser } from "./env/share-of-one-user.ts";
export { isLoopbackName } from "./env/values.ts";
export { ConfigError } from "./problem.ts";
