import { lookup } from "node:dns/promises";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { type Finding, ok, problem, warning } from "../domain/findings.ts";
import { askOver, patience } from "./ask.ts";

const soonDays = 14;
const mostSkew = 30; // seconds

/** Whether host names lead somewhere. Of those below localhost that do not, one line speaks: what to do is the same for all. */
export async function checkNames(hosts: readonly string[]): Promise<Finding[]> {
  const findings = await Promise.all(hosts.map(checkName));
  const [first, ...more] = findings.filter(({ state }) => state === "warning");
  if (first === undefined || more.length === 0) return findings;
  const found = `${first.found}, nor ${more.length} more of its kind`;
  return [...findings.filter(({ state }) => state !== "warning"), { ...first, found }];
}

/** Whether a host name leads somewhere. */
export async function checkName(host: string): Promise<Finding> {
  const about = `name ${host}`;
  try {
    const addresses = await lookup(host, { all: true });
    return ok(about, addresses.map(({ address }) => address).join(", "));
  } catch (error) {
    const found = `is not found (${(error as NodeJS.ErrnoException).code})`;
    if (host.endsWith(".localhost"))
      return warning(about, found, "Use the URL with the name in its path: it works everywhere.");
    return problem(
      about,
      found,
      `Add a DNS record (A or AAAA, or one for *.${host.split(".").slice(1).join(".")}) that leads to this machine.`,
    );
  }
}

/** Whether a host shows a certificate that clients accept, and for how long. */
export function checkCertificate(host: string, port: number, now: Date): Promise<Finding> {
  const about = `certificate ${host}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port, servername: host, rejectUnauthorized: false, timeout: patience });
    const done = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    socket.once("secureConnect", () =>
      done(judge(about, socket.getPeerCertificate(true), socket.authorizationError, now)),
    );
    socket.once("timeout", () => done(problem(about, "no answer", "Is port 443 open to this machine?")));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      done(problem(about, error.code ?? error.message, `Does something speak TLS at ${host}:${port}?`)),
    );
  });
}

function judge(
  about: string,
  certificate: DetailedPeerCertificate,
  error: Error | string | undefined,
  now: Date,
): Finding {
  const days = Math.floor((Date.parse(certificate.valid_to) - now.getTime()) / 86_400_000);
  if (error) {
    const reason = typeof error === "string" ? error : ((error as NodeJS.ErrnoException).code ?? error.message);
    return problem(
      about,
      `not accepted: ${reason}`,
      "Clients refuse it. See Traefik's log; of a local CA give its file: NODE_EXTRA_CA_CERTS.",
    );
  }
  const found = `good for ${days} days, by ${certificate.issuer?.O ?? certificate.issuer?.CN ?? "an unnamed authority"}`;
  return days < soonDays ? warning(about, found, "It should have been renewed: see Traefik's log.") : ok(about, found);
}

/**
 * Whether port 80 of hosts leads to the gateway: there the authority sees that a name is its own (RFC 8555 8.3). Hosts
 * that answer alike share a line.
 */
export async function checkHttp(hosts: readonly string[], port = 80): Promise<Finding[]> {
  const answers = await Promise.all(hosts.map(async (host) => ({ host, ...(await httpAnswer(host, port)) })));
  const alike = new Map(answers.map((answer) => [answer.found, answer]));
  return [...alike.values()].map(({ state, found }) => {
    const [first = "", ...more] = answers.filter((answer) => answer.found === found).map(({ host }) => host);
    const where = `${found}: ${first}${more.length === 0 ? "" : ` and ${more.length} more`}`;
    return { about: `port ${port}`, state, found: where, ...(state === "ok" ? {} : { advice: overPort80 }) };
  });
}

const overPort80 =
  "Certificates come over port 80: let it through to GATEWAY_HTTP_PORT of the gateway's machine (firewall, router, DNS record), " +
  "or take them by DNS: ACME_DNS_PROVIDER.";

async function httpAnswer(host: string, port: number): Promise<Pick<Finding, "state" | "found">> {
  const answer = await askOver(`http://${host}${port === 80 ? "" : `:${port}`}/`);
  if ("failure" in answer) return { state: "problem", found: answer.failure };
  const target = answer.headers.get("location") ?? "";
  if (URL.canParse(target) && new URL(target).protocol === "https:") return { state: "ok", found: "leads to https" };
  return { state: "warning", found: `answers ${answer.status}, not with the gateway's redirect to https` };
}

/** How far this machine's clock is from that of a server, by the Date of its answers. */
export async function checkClock(url: string): Promise<Finding> {
  const about = `clock against ${new URL(url).host}`;
  const before = Date.now();
  const answer = await askOver(url, { method: "HEAD" });
  const theirs = "failure" in answer ? Number.NaN : Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return warning(about, "it does not tell the time", "Nothing to do if the rest works.");
  const skew = Math.round((theirs - (before + Date.now()) / 2) / 1_000);
  if (Math.abs(skew) <= mostSkew) return ok(about, `${Math.abs(skew)} s apart`);
  return problem(about, `${Math.abs(skew)} s apart`, "Tokens would look expired or not yet good: set the clock (NTP).");
}
