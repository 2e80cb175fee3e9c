import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Authority } from "./authority.ts";
import { ComposedStack, openPlace, type Place } from "./composed-stack.ts";

/** A stack with TLS=acme, beside an authority that gives `refused` no certificate. */
export class AcmeStack implements AsyncDisposable {
  readonly authority: Authority;
  readonly composed: ComposedStack;

  private constructor(authority: Authority, composed: ComposedStack) {
    this.authority = authority;
    this.composed = composed;
  }

  /**
   * Starts all of it, Traefik not yet.
   * @param challenge the compose file of the way to show that a name is ours
   * @param provider as ACME_DNS_PROVIDER
   */
  static async open(challenge: "acme-http.yml" | "acme-dns.yml", provider = ""): Promise<AcmeStack> {
    const place = await openPlace();
    const { folder, ports } = place;
    const refuses = ["refused.gateway-composed.test"];
    const authority = await Authority.start(folder, { httpPort: ports.http, refuses });
    const composed = await ComposedStack.open(place, {
      files: ["https.yml", "acme.yml", challenge, "acme-ca.yml"],
      variables: {
        GATEWAY_HTTPS_PORT: `${ports.https}`,
        ACME_CA_SERVER: authority.directory,
        ACME_CA_FILE: authority.caFile,
        ACME_DNS_PROVIDER: provider,
      },
      places: { "/etc/traefik/acme-ca.pem": authority.caFile, "/acme/acme.json": join(folder, "acme.json") },
      portSuffix: `:${ports.https}`,
    });
    return new AcmeStack(authority, composed);
  }

  get ports(): Place["ports"] {
    return this.composed.place.ports;
  }

  host(label: string): string {
    return this.composed.host(label);
  }

  /** What Traefik keeps of the authority: an account, and certificates by their names. */
  async kept(): Promise<{ readonly account: string; readonly names: readonly string[] }> {
    const { acme } = JSON.parse(await readFile(join(this.composed.place.folder, "acme.json"), "utf8"));
    const names = acme.Certificates.map(({ domain: { main } }: { domain: { main: string } }) => main);
    return { account: acme.Account.Registration.uri, names: names.sort() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.composed[Symbol.asyncDispose]();
    await this.authority[Symbol.asyncDispose]();
  }
}
