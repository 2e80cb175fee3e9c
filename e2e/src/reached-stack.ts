import type { FakeGitHub } from "./fake-github.ts";
import { type Person, PlainBrowser } from "./person.ts";
import type { RunningGateway } from "./running-gateway.ts";

/** Where a Docker stack answers, and at which GitHub its people sign in. */
export interface StackPlace {
  readonly domain: string;
  readonly routing: "subdomain" | "path";
  /** Its public port for https. */
  readonly port: number;
  readonly github: FakeGitHub;
}

const accounts = { alice: { id: 1001, login: "alice" }, bob: { id: 1002, login: "bob" } };

/** Who may sign in there, for `ALLOWED_GITHUB_USERS`. */
export const allowedUsers = Object.keys(accounts).join(",");

/** A Docker stack as its clients reach it: by its names, over TLS. */
export class ReachedStack implements RunningGateway {
  readonly origin: string;
  readonly github: FakeGitHub;
  readonly #place: StackPlace;

  constructor(place: StackPlace) {
    const { domain, routing, port, github } = place;
    this.#place = place;
    this.github = github;
    this.origin = `https://${routing === "path" ? domain : `auth.${domain}`}:${port}`;
  }

  mcpUrl(server: string): string {
    return this.#place.routing === "path" ? `${this.origin}/${server}/mcp` : this.hostUrl(server);
  }

  hostUrl(label: string): string {
    return `https://${label}.${this.#place.domain}:${this.#place.port}/mcp`;
  }

  /** `up` has waited for that. */
  async untilReady(): Promise<void> {}

  browser(person: Partial<Person> = {}): PlainBrowser {
    this.github.account = person.username === "bob" ? accounts.bob : accounts.alice;
    return new PlainBrowser(person);
  }
}
