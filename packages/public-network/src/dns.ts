import type { LookupAddress } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";

/**
 * All addresses of a name, asked of the name servers themselves. Not `dns.lookup`: that holds one of the few threads of
 * this process until it answers, and a stranger's name server may take its time.
 * @param servers instead of the system's, for a test
 */
export function resolverOf(servers?: readonly string[]): (host: string) => Promise<readonly LookupAddress[]> {
  return async (host) => {
    const resolver = new Resolver({ timeout: 1_500, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    // A name mostly has addresses of one family, and asking for the other is an error; with neither there are none.
    return [...addressesOf(v4, 4), ...addressesOf(v6, 6)];
  };
}

function addressesOf(answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];
}

/** The same with what this machine alone knows, such as `localhost`: for development. */
export async function resolveLocally(host: string): Promise<readonly LookupAddress[]> {
  return await lookup(host, { all: true });
}
