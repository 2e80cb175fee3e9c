import type { ResourceServer } from "@gateway/registry";
import type { Grant, User } from "@gateway/store";
import { accessUntil } from "./domain/policy.ts";
import { resolveResource } from "./domain/resource.ts";
import { OAuthError } from "./errors.ts";
import { hasTakenOverLogin } from "./login-owner.ts";
import type { Ports } from "./ports.ts";
import { serviceMemberships } from "./upstream/github-service.ts";
import { UpstreamFailure } from "./upstream/upstream-failure.ts";

type RenewalPorts = Pick<Ports, "config" | "store" | "resourceServers" | "clock" | "logger">;

/**
 * Asks GitHub again, with the service token, who someone is whose right rests on an organization or team alone, when that
 * would end before the token does that is asked for (decision 22). Where GitHub fails, what is known goes on to
 * hold for its day; nothing more is given after it.
 * @returns gives the grant with what is known of its user now
 * @throws temporarily_unavailable when the day is over and GitHub is away: never invalid_grant, on which clients erase
 * their tokens (oauth-wire 6.2)
 */
export function membershipRenewal(ports: RenewalPorts): (grant: Grant) => Promise<Grant> {
  const { config, store, resourceServers, clock, logger } = ports;
  const { github, accessTokenLifetime } = config;
  if (github?.serviceToken === undefined) return async (grant) => grant;
  const ask = serviceMemberships({ apiUrl: github.apiUrl, serviceToken: github.serviceToken, clock, logger });

  return async (grant) => {
    const server = resolveResource(resourceServers, grant.resource)?.server;
    if (server === undefined || !isDue(server, grant.user, clock() + accessTokenLifetime)) return grant;
    try {
      const user = await ask(grant.user, server);
      if (await hasTakenOverLogin(ports, user))
        throw new OAuthError("invalid_grant", "The login is another account's.");
      return (await store.grants.renewUser(grant.grantId, user)) ?? grant;
    } catch (cause) {
      if (!(cause instanceof UpstreamFailure)) throw cause;
      logger.warn("memberships could not be asked for again", { user: grant.user.sub, cause });
      const isOver = accessUntil(server, grant.user) <= clock();
      if (!isOver || !cause.isPassing) return grant;
      throw new OAuthError("temporarily_unavailable", "GitHub does not answer. Try again in a minute.");
    }
  };
}

/** Whether somebody's right rests on a membership and ends before `needed` (seconds since the epoch). */
function isDue(server: ResourceServer, user: User, needed: number): boolean {
  const until = accessUntil(server, user);
  return until > 0 && until < needed;
}
