import { join } from "node:path";
import { type GatewayConfig, isOffered, isOwnRedis, type ServerDefinition } from "@gateway/config";
import { type Command, CommandFailed, parseArguments, print } from "../command.ts";
import { checkChain } from "../doctor/chain.ts";
import { checkGitHub, checkOpenIdProvider } from "../doctor/github.ts";
import { checkDataFolder, checkDotEnv, checkPrograms, checkRunning } from "../doctor/machine.ts";
import { checkCertificate, checkClock, checkHttp, checkNames } from "../doctor/network.ts";
import { checkRedis, checkRedisOfStack } from "../doctor/redis.ts";
import { checkSettings } from "../doctor/settings.ts";
import { checkStack } from "../doctor/stack.ts";
import { callbackUrl, type Site, siteOf } from "../domain/deployment.ts";
import { type Finding, renderFinding, renderVerdict } from "../domain/findings.ts";
import { askStatus } from "../operator-socket.ts";
import { runningGateway } from "../running-gateway.ts";
import { readServers, readSettings, type Settings } from "../settings.ts";

const subjects = ["machine", "settings", "names", "certificates", "github", "redis", "sign-in", "clock"] as const;
const usage = `doctor [${subjects.join(" | ")}] [--json]`;

export const doctor: Command = {
  usage,
  help:
    "Looks at everything that has to work: this machine, the settings, names, certificates, the GitHub app, Redis, each server's\n" +
    "way to its sign-in, clocks; says of each what to do. With BASE_DOMAIN it asks the deployed gateway and its containers. Exits with 1 on a problem.",
  async run(args, context) {
    const { values, positionals } = parseArguments(args, { json: { type: "boolean" } }, usage);
    const unknown = positionals.find((name) => !subjects.some((subject) => subject === name));
    if (unknown !== undefined) throw new CommandFailed(`Use: just ${usage}`);
    const settings = readSettings(context.env, context.folder);
    const isLocal = !settings.environment.BASE_DOMAIN;
    const status = isLocal ? await askStatus(runningGateway(context).socketPath) : undefined;
    const site = siteOf(settings.environment, settings.url);
    const { servers, gateway } = await declared(settings);
    const stack = isLocal ? [] : await checkStack(context);
    const callback = callbackUrl(settings.environment, settings.url);
    const isUp = !isLocal || status !== undefined;
    const checks: Readonly<Record<(typeof subjects)[number], () => Promise<readonly Finding[]>>> = {
      machine: async () => [
        ...(await checkPrograms(settings)),
        ...checkDataFolder(settings),
        ...checkDotEnv(join(context.folder, ".env")),
        ...(isLocal ? await checkRunning(settings, status) : stack.filter(({ about }) => about !== redisOfStack)),
      ],
      settings: () => checkSettings(settings),
      names: () => checkNames(hostsOf(site, servers)),
      certificates: () => checkCertificates(site, servers, settings),
      github: async () => [
        ...(isOffered("github", gateway?.login) ? await checkGitHub(settings.environment, callback) : []),
        ...(isOffered("oidc", gateway?.login) ? await checkOpenIdProvider(settings.environment) : []),
      ],
      redis: async () =>
        isLocal || !isOwnRedis(settings.environment.REDIS_URL)
          ? checkRedis(settings.environment)
          : [...stack.filter(({ about }) => about === redisOfStack), ...(await checkRedisOfStack(context))],
      "sign-in": () => (isUp ? Promise.all(servers.flatMap((server) => checkChains(server, site, isLocal))) : none()),
      clock: () => checkClocks(settings, isUp ? site.issuer : undefined),
    };
    const findings: Finding[] = [];
    for (const subject of subjects) {
      if (positionals.length > 0 && !positionals.includes(subject)) continue;
      const found = await checks[subject]();
      findings.push(...found);
      if (!values.json) print(context, found.flatMap(renderFinding)); // one by one: some take seconds
    }
    print(context, [values.json ? JSON.stringify(findings, undefined, 2) : renderVerdict(findings)]);
    return findings.some(({ state }) => state === "problem") ? 1 : 0;
  },
};

const redisOfStack = "container redis";
const none = async () => [];

/** The enabled servers, and what holds for all; nothing where gateway.json has mistakes, which are told with the settings. */
async function declared(settings: Settings): Promise<Partial<GatewayConfig> & Pick<GatewayConfig, "servers">> {
  const config = await readServers(settings).catch(() => undefined);
  return { ...config, servers: config?.servers.filter(({ enabled }) => enabled) ?? [] };
}

/** Each address of a server; of local mode the one that every resolver knows. */
function checkChains(server: ServerDefinition, site: Site, isLocal: boolean): Promise<Finding>[] {
  const [canonical, ...others] = site.addressesOf(server);
  const asked = isLocal ? [canonical] : [canonical, ...others];
  return asked.map(({ url, host }, index) => checkChain(index === 0 ? server.name : `${server.name} at ${host}`, url));
}

function urlsOf(site: Site, servers: readonly ServerDefinition[]): readonly URL[] {
  const urls = servers.flatMap((server) => site.addressesOf(server).map(({ url }) => url));
  return [site.issuer, ...urls].map((url) => new URL(url));
}

function hostsOf(site: Site, servers: readonly ServerDefinition[]): readonly string[] {
  return [...new Set(urlsOf(site, servers).map(({ hostname }) => hostname))];
}

async function checkCertificates(
  site: Site,
  servers: readonly ServerDefinition[],
  { environment }: Settings,
): Promise<readonly Finding[]> {
  const secure = urlsOf(site, servers).filter(({ protocol }) => protocol === "https:");
  const hosts = new Map(secure.map((url) => [url.host, url]));
  const comeOverHttp = (environment.TLS || "acme") === "acme" && !environment.ACME_DNS_PROVIDER;
  const checks = [...hosts.values()].map(({ hostname, port }) =>
    checkCertificate(hostname, Number(port) || 443, new Date()),
  );
  const http = comeOverHttp ? checkHttp([...hosts.values()].map(({ hostname }) => hostname)) : [];
  return [...(await Promise.all(checks)), ...(await http)];
}

function checkClocks({ environment, localLogin }: Settings, issuer: string | undefined): Promise<readonly Finding[]> {
  const github = environment.GITHUB_BASE_URL || "https://github.com";
  return Promise.all([...(issuer === undefined ? [] : [issuer]), ...(localLogin ? [] : [github])].map(checkClock));
}
