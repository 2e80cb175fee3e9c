export { authRoutes, reservedNames } from "./auth-routes.ts";
export { type ResourceServer, ResourceServers } from "./resource-servers.ts";
export type { Middleware, Route, RoutingTable } from "./route.ts";
