import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** Accounts there: the claims of each, by what its owner types as login. */
type Accounts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * A real OpenID provider on loopback: its own sign-in and consent pages, where any password is right, and the claims of
 * its accounts at the UserInfo endpoint.
 */
export class OpenIdProvider implements AsyncDisposable {
  readonly issuer: string;
  readonly #server: Server;
  readonly #clientSecret = "e2e secret of the gateway, at the provider";

  private constructor(server: Server) {
    this.#server = server;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(accounts: Accounts): Promise<OpenIdProvider> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const started = new OpenIdProvider(server);
    server.on("request", started.#listener(accounts));
    return started;
  }

  /** What makes a gateway sign in here, for its environment. */
  get env(): Record<string, string> {
    return { OIDC_ISSUER: this.issuer, OIDC_CLIENT_ID: "gateway", OIDC_CLIENT_SECRET: this.#clientSecret };
  }

  #listener(accounts: Accounts) {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: "gateway",
          client_secret: this.#clientSecret,
          application_type: "native", // any port of the redirect is good (RFC 8252 7.3)
          redirect_uris: ["http://localhost/callback/oidc"],
        },
      ],
      claims: { email: ["email", "email_verified"], profile: ["preferred_username"] },
      pkce: { required: () => true },
      cookies: { keys: ["e2e"] },
      findAccount: (_context, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, ...accounts[accountId] }),
      }),
    });
    return provider.callback();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
