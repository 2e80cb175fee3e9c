export { authRoutes, reservedNames } from "./auth-routes.ts";
export { catalogue, findKnownServer, type KnownServer } from "./catalogue/catalogue.ts";
export { type OwnProgram, ownProgramOf } from "./catalogue/own-programs.ts";
export { addressesOf, type ServerAddress } from "./identifiers.ts";
export { type DeclaredClient, type ResourceServer, ResourceServers } from "./resource-servers.ts";
export { resourceServersOf } from "./resource-servers-of.ts";
export type { Middleware, Route, RoutingTable } from "./route.ts";
export { type Listeners, routingTableOf } from "./routing-table-of.ts";
export { renderTraefik, type TraefikFiles } from "./traefik/render-traefik.ts";
