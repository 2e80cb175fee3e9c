import type { Replicas as ReplicaRecords } from "@gateway/store";
import type { Logger } from "@gateway/telemetry";
import { Peers } from "./peers.ts";
import { Registry, type RegistryOptions } from "./registry.ts";
import { Relay } from "./relay.ts";
import { Replicas } from "./replicas.ts";

export { Peers };

export interface ReplicasOptions extends Pick<RegistryOptions, "interval" | "lifetime"> {
  /** Of this replica. */
  readonly name: string;
  readonly records: ReplicaRecords;
  readonly logger: Logger;
  /** Milliseconds that a replica has to finish what it was passed, once it has left. */
  readonly grace?: number;
}

/** Longer than one that stops takes for it. */
const defaultGrace = 10_000;

/** This replica among the others of its server. */
export interface OpenReplicas {
  readonly replicas: Replicas;
  /** Says that it is there, and calls back whenever the others, and so what belongs here, may be others. */
  join(address: string, onChange: () => void): Promise<void>;
  /** The others take over from now on; it still reaches them. */
  leave(): Promise<void>;
  close(): void;
}

/** Not to be loaded where there is one proxy alone: the relay costs memory (decisions.md 15). */
export function openReplicas({ name, records, logger, grace = defaultGrace, ...times }: ReplicasOptions): OpenReplicas {
  const registry = new Registry({ name, records, logger, ...times });
  const relay = new Relay(name, grace);
  return {
    replicas: new Replicas({ name, registry, relay, logger }),
    join(address, onChange) {
      registry.onBeat(() => {
        if (registry.isCurrent)
          relay.keepOnly(new Set(registry.live().flatMap((each) => registry.addressOf(each) ?? [])));
        onChange();
      });
      return registry.join(address);
    },
    leave: () => registry.leave(),
    close() {
      registry.close();
      relay.close();
    },
  };
}
