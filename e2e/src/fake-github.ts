import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { see } from "./wiretap.ts";

export interface GitHubAccount {
  readonly id: number;
  readonly login: string;
  readonly name?: string;
}

/** A code that GitHub gave out, with what it is bound to. */
interface Pending {
  readonly account: GitHubAccount;
  readonly redirectUri: string;
  readonly challenge: string | null;
}

/**
 * GitHub's side of a login with an OAuth app: `/login/oauth/authorize`, `/login/oauth/access_token`, `/user`. The browser
 * counts as signed in to GitHub as `account` and as having agreed before, so that `authorize` redirects at once.
 */
export class FakeGitHub implements AsyncDisposable {
  readonly clientId = "Iv1.e2e";
  readonly clientSecret = "e2e-app-secret";
  account: GitHubAccount = { id: 583231, login: "octocat", name: "The Octocat" };
  /** Query of each hop to `authorize`, as it came. */
  readonly authorizations: URLSearchParams[] = [];
  readonly #server = createServer((req, res) => void this.#answer(req, res));
  readonly #codes = new Map<string, Pending>();
  readonly #tokens = new Map<string, GitHubAccount>();

  readonly #host: string;

  private constructor(host: string) {
    this.#host = host;
  }

  /** @param host an address of this machine: where a gateway in containers, or one beside this, reaches it */
  static async start(host = "127.0.0.1"): Promise<FakeGitHub> {
    const github = new FakeGitHub(host);
    github.#server.listen(0, host);
    await once(github.#server, "listening");
    return github;
  }

  get url(): string {
    return `http://${this.#host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What makes a gateway sign in here, for its environment. */
  get env(): Record<string, string> {
    return {
      GITHUB_CLIENT_ID: this.clientId,
      GITHUB_CLIENT_SECRET: this.clientSecret,
      GITHUB_BASE_URL: this.url,
      GITHUB_API_URL: `${this.url}/api/v3`,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { status, headers = {}, body } = await this.#reply(req);
    see({ url: req.url ?? "", headers: Object.entries({ ...req.headers, ...headers }), body: JSON.stringify(body) });
    res.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }

  async #reply(req: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(req.url ?? "/", this.url);
    if (pathname === "/login/oauth/authorize") return this.#authorize(searchParams);
    if (pathname === "/login/oauth/access_token") return this.#accessToken(new URLSearchParams(await text(req)));
    if (pathname === "/api/v3/user") return this.#user(req.headers.authorization);
    return notFound;
  }

  #authorize(query: URLSearchParams): Reply {
    this.authorizations.push(query);
    const redirectUri = query.get("redirect_uri") ?? "";
    if (query.get("client_id") !== this.clientId) return notFound;
    const code = randomBytes(10).toString("hex");
    this.#codes.set(code, { account: this.account, redirectUri, challenge: query.get("code_challenge") });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.get("state") ?? "");
    return { status: 302, headers: { location: back.href } };
  }

  // GitHub answers 200 with an error in the body.
  #accessToken(form: URLSearchParams): Reply {
    see({ body: form.toString() });
    const pending = this.#codes.get(form.get("code") ?? "");
    this.#codes.delete(form.get("code") ?? "");
    if (form.get("client_secret") !== this.clientSecret) return ok({ error: "incorrect_client_credentials" });
    if (pending === undefined || !verifies(pending, form)) return ok({ error: "bad_verification_code" });
    const token = `gho_${randomBytes(18).toString("hex")}`;
    this.#tokens.set(token, pending.account);
    return ok({ access_token: token, token_type: "bearer", scope: "" });
  }

  #user(authorization = ""): Reply {
    const [, token = ""] = /^(?:bearer|token) (.+)$/i.exec(authorization) ?? [];
    const account = this.#tokens.get(token);
    if (account === undefined) return { status: 401, body: { message: "Bad credentials" } };
    return ok({ ...account, type: "User", html_url: `${this.url}/${account.login}`, email: null });
  }
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const notFound: Reply = { status: 404, body: { message: "Not Found" } };
const ok = (body: unknown): Reply => ({ status: 200, body });

function verifies({ redirectUri, challenge }: Pending, form: URLSearchParams): boolean {
  if ((form.get("redirect_uri") ?? redirectUri) !== redirectUri) return false;
  if (challenge === null) return true;
  return (
    createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url") === challenge
  );
}
