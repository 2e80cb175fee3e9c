import type { ServerDefinition } from "@gateway/config";
import { type PublicSite, publicAddressesOf, type ServerAddress } from "../identifiers.ts";
import type { Middleware } from "../route.ts";
import { priorities, towardsServer } from "../routing-table-of.ts";
import { nameOf, ownMiddlewares, type Section } from "./dynamic.ts";
import { renderRule } from "./rule.ts";

/**
 * What all servers share, in order: CORS before all that may refuse, so that a browser can read the refusal; what asks a server
 * again behind auth, which is asked once.
 */
const shared = ["security-headers", "mcp-cors", "rate-limit", "mcp-auth", "retry"].map((name) => `${name}@docker`);

/**
 * The routers of one server of the deployed gateway, and the middlewares that it has for itself; nothing else leads to it. Its
 * canonical address has a router apart from its other hosts, since Traefik obtains one certificate a router: a host whose name
 * leads nowhere takes nothing from it.
 * @param provider `@docker` where the middlewares are declared by labels; nothing in a file
 */
export function serverSection(
  server: ServerDefinition,
  site: PublicSite,
  endpoint: URL,
  provider: "@docker" | "",
): { readonly routers: Section; readonly middlewares: Section } {
  const { name } = server;
  const towards = towardsServer(server, endpoint);
  // The prefix is auth's to see, so it goes after auth was asked.
  const strip: Middleware[] = site.routing === "path" ? [{ kind: "strip-prefix", prefix: `/${name}` }] : [];
  const own = { name, middlewares: [...strip, ...towards] };
  const router = (addresses: readonly [ServerAddress, ...ServerAddress[]], middlewares: readonly Middleware[]) => ({
    rule: renderRule({ hosts: addresses.map(({ host }) => host), paths: [{ path: addresses[0].path, prefix: true }] }),
    priority: priorities.server,
    middlewares: [...shared, ...middlewares.map((middleware) => `${nameOf(middleware, own)}${provider}`)],
    service: name,
  });
  const [canonical, first, ...others] = publicAddressesOf(server, site);
  return {
    routers: {
      [name]: router([canonical], own.middlewares),
      // No server's name has a _ in it.
      ...(first === undefined ? {} : { [`${name}_aliases`]: router([first, ...others], towards) }),
    },
    middlewares: ownMiddlewares(own),
  };
}
