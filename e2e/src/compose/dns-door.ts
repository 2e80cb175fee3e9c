import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Authority } from "./authority.ts";

const account = { name: "gateway", password: "canary-of-dns" };

/** What ACME_DNS_PROVIDER=httpreq speaks to: someone's own way to their DNS, here to the one that an authority asks. */
export class DnsDoor implements AsyncDisposable {
  /** Names that a text was set for. */
  readonly set: ReadonlySet<string>;
  /** What ACME_DNS_ENV_FILE holds. */
  readonly settings: Readonly<Record<"HTTPREQ_PASSWORD" | (string & {}), string>>;
  readonly #server: Server;

  private constructor(server: Server, address: string, set: ReadonlySet<string>) {
    this.#server = server;
    this.set = set;
    this.settings = {
      HTTPREQ_ENDPOINT: `http://${address}:${(server.address() as AddressInfo).port}`,
      HTTPREQ_USERNAME: account.name,
      HTTPREQ_PASSWORD: account.password,
      // The names are in no DNS but the authority's, where there is no zone to look for.
      TRAEFIK_CERTIFICATESRESOLVERS_ACME_ACME_DNSCHALLENGE_PROPAGATION_DISABLECHECKS: "true",
    };
  }

  /** @param address of this machine, where Traefik reaches it */
  static async start(authority: Authority, address = "127.0.0.1"): Promise<DnsDoor> {
    const set = new Set<string>();
    const expected = `Basic ${Buffer.from(`${account.name}:${account.password}`).toString("base64")}`;
    const server = createServer(async (req, res) => {
      const { fqdn, value } = (await json(req)) as { fqdn: string; value: string };
      if (req.headers.authorization !== expected) return void res.writeHead(401).end();
      if (req.url === "/present") {
        set.add(fqdn);
        await authority.setText(fqdn, value);
      } else await authority.clearText(fqdn);
      res.writeHead(200).end();
    }).listen(0, address);
    await once(server, "listening");
    return new DnsDoor(server, address, set);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
