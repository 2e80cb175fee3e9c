/** Somebody to whom tokens were given that live. Times are seconds since the epoch. */
export interface UserView {
  readonly sub: string;
  /** As the provider, or the local page, had it at the latest sign-in. */
  readonly user: string;
  readonly provider: "github" | "oidc" | "local";
  /** Of an OpenID provider's user, where the provider has verified it. */
  readonly email?: string;
  /** Names of the servers that their tokens are for. */
  readonly servers: readonly string[];
  /** Clients that hold one. */
  readonly clients: number;
  /** Personal access tokens among the tokens. */
  readonly personal: number;
  readonly tokens: number;
  /** When the first of these tokens was given. */
  readonly since: number;
  /** The latest sign-in that one of them rests on. */
  readonly last_sign_in_at: number;
}

/** `GET /users`: the latest of them, in the order of their first tokens. */
export interface UserList {
  /** How many there are, those that are not in the list too. */
  readonly total: number;
  readonly users: readonly UserView[];
}
