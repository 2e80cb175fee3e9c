import { authAwayHeaders, authPatience } from "@gateway/forward-auth";
import { priorities } from "../routing-table-of.ts";
import type { Section } from "./dynamic.ts";

/** `@docker` where what is named is declared by labels; nothing in the same file. */
type Provider = "@docker" | "";

/** The service that leads to auth, for a question that it has so many seconds to begin answering. */
export function authServiceOf(patience: number): string {
  return `auth_${patience}s`; // no server's name has a _ in it
}

/** What stands before auth on each way to it. */
export function beforeAuth(provider: Provider): string[] {
  return ["auth_away", "auth_retry"].map((name) => name + provider);
}

/**
 * The routers of the entry point `self`, which Traefik alone reaches: its question whether a request may pass, since what forwards
 * authentication knows of no middleware (docs/decisions/0150), and what is said while auth is away.
 */
export function selfRouters(provider: Provider): Section {
  const { server: priority } = priorities;
  return {
    auth_verify: {
      entryPoints: ["self"],
      rule: "Path(`/verify`)",
      priority,
      middlewares: beforeAuth(provider),
      service: authServiceOf(authPatience.alone),
    },
    auth_away: {
      entryPoints: ["self"],
      rule: "Path(`/away`)",
      priority,
      middlewares: [`auth_away-headers${provider}`],
      service: "auth_away-words",
    },
  };
}

/**
 * What is done while auth is away. A retry only where no connection could be made, so that nobody is asked twice: for about 15 s, so
 * that one who comes while it is replaced sees nothing of it, and below the 30 s after which forwardAuth itself gives up, also where
 * each attempt takes its 400 ms. After that, or where it took the question and does not answer, 503 in place of 502 and 504, which
 * auth itself never answers: nobody signs in anew on it.
 */
export function authMiddlewares(provider: Provider): Section {
  return {
    auth_retry: { retry: { attempts: 20, initialInterval: "550ms" } },
    auth_away: {
      errors: {
        status: ["502", "504"],
        statusRewrites: { "502-504": 503 },
        service: `auth_away${provider}`,
        query: "/away",
      },
    },
    // Said here too, for when what has the words is away itself, which nobody's credentials are shown.
    "auth_away-headers": {
      headers: {
        customRequestHeaders: { Authorization: "", Cookie: "" },
        customResponseHeaders: { ...authAwayHeaders },
      },
    },
  };
}

/**
 * Services by their URLs, and the name of the transport of those that must answer in time.
 * @param urls where auth is; where Traefik asks itself; what answers GET /away in auth's place
 */
export function authServices(
  { auth, self, words }: { readonly auth: string; readonly self: string; readonly words: string },
  transportsFrom: "@file" | "",
): Record<string, { readonly url: string; readonly serversTransport?: string }> {
  const inTime = (patience: number) => `${authServiceOf(patience)}${transportsFrom}`;
  const toAuth = Object.values(authPatience).map(
    (patience) => [authServiceOf(patience), { url: auth, serversTransport: inTime(patience) }] as const,
  );
  return {
    ...Object.fromEntries(toAuth),
    auth_away: { url: self },
    "auth_away-words": { url: words, serversTransport: inTime(authPatience.alone) },
  };
}

/**
 * How long Traefik waits for auth. A name, a connection and a first byte are all bounded: an auth that is there and hangs has its connections
 * taken by the kernel, until that keeps no more of them.
 */
export function authTransports(): Section {
  return Object.fromEntries(
    Object.values(authPatience).map((patience) => [
      authServiceOf(patience),
      {
        maxIdleConnsPerHost: 200, // as Traefik's own transport; unset it is 2
        forwardingTimeouts: { dialTimeout: "400ms", responseHeaderTimeout: `${patience}s` },
      },
    ]),
  );
}
