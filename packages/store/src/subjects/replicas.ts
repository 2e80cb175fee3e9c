import { indexName, recordKey } from "../keys.ts";
import type { Replicas } from "../ports/proxies.ts";
import { drop, put, type Records } from "../records.ts";

/** The live replicas of one server's proxy. */
export function replicas(records: Records): Replicas {
  const index = indexName("replicas");
  return {
    heartbeat({ name, address }, expiresAt) {
      const key = recordKey("replica", name);
      return records.apply({
        write: [put(key, { name, address }, expiresAt)],
        join: [{ index, member: key, expiresAt }],
      });
    },

    leave(name) {
      const key = recordKey("replica", name);
      return records.apply({ write: [drop(key)], leave: [{ index, member: key }] });
    },

    async live() {
      const alive = await records.list<{ name: string; address: string }>(index);
      return [...alive].sort((one, other) => (one.name < other.name ? -1 : 1));
    },
  };
}
