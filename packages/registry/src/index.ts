export { authRoutes, reservedNames } from "./auth-routes.ts";
export { catalogue, findKnownServer, type KnownServer } from "./catalogue/catalogue.ts";
export { type OwnProgram, ownProgramOf } from "./catalogue/own-programs.ts";
export { hasContainer } from "./compose/has-container.ts";
export { operatorInOwnImage } from "./compose/own-image.ts";
export { renderCompose } from "./compose/render-compose.ts";
export { containersOf } from "./compose/replicas.ts";
export { headerVariables } from "./compose/server-labels.ts";
export { changeVariable, inContainer, privateFilesOf } from "./compose/server-service.ts";
export {
  addressesOf,
  issuerOf,
  type PublicSite,
  publicAddressesOf,
  type Routing,
  type ServerAddress,
} from "./identifiers.ts";
export { handedToProxies, proxyVariables } from "./proxy-variables.ts";
export { type DeclaredClient, type ResourceServer, ResourceServers } from "./resource-servers.ts";
export { deployedResourceServersOf, resourceServersOf } from "./resource-servers-of.ts";
export type { Middleware, Route, RoutingTable } from "./route.ts";
export { type Listeners, routingTableOf } from "./routing-table-of.ts";
export { renderExternalRoutes } from "./traefik/external-routes.ts";
export { originSettings } from "./traefik/origins.ts";
export {
  renderAuthTransports,
  renderTls,
  renderTraefik,
  type TraefikFiles,
  type TraefikPlace,
} from "./traefik/render-traefik.ts";
