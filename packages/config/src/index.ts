export type {
  AllowList,
  GatewayConfig,
  GatewaySettings,
  HttpServer,
  ServerDefinition,
  StdioServer,
} from "./gateway-config.ts";
