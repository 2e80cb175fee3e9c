import { capabilityFingerprint, mayBeAsked, modernMethod } from "@gateway/protocol";
import { gatewayInfo } from "../gateway-info.ts";
import type { Identity } from "../identity/identify.ts";
import type { ModernRequest } from "./asked.ts";
import { BridgedChild, type BridgePorts } from "./bridged/child.ts";
import { UserListeners } from "./bridged/listens.ts";
import { Children, type ChildrenPorts, type MakeChild } from "./children.ts";
import type { Exchange } from "./exchange.ts";
import { InteractiveSlots } from "./interactive-slots.ts";
import type { LastRoots } from "./last-roots.ts";
import { Leases, type Wanting } from "./leases.ts";
import { ownerKey, sharerOf } from "./owner-key.ts";

type OfEachChild =
  | "capabilities"
  | "clientInfo"
  | "isInteractive"
  | "isShared"
  | "listeners"
  | "lastRoots"
  | "onFree"
  | OfTools;
type OfTools = "onToolsChanged" | "requiresTask";

export interface BridgeOptions extends ChildrenPorts, Omit<BridgePorts, OfEachChild> {
  readonly onToolsChanged: (child: BridgedChild) => void;
  readonly requiresTask: (child: BridgedChild, tool: string) => boolean;
  readonly lastRoots: LastRoots;
  /** Users share children that cannot ask them anything. */
  readonly isShared: boolean;
}

/** Finds the legacy child for a modern client's request (mcp-wire.md §5.1, §5.3). */
export class Bridge {
  readonly #options: BridgeOptions;
  /** Children whose clients can be asked nothing. */
  readonly #plain: Children<BridgedChild>;
  readonly #interactive: Children<BridgedChild>;
  /** The interactive ones that live. */
  readonly #askers = new Set<BridgedChild>();
  /** Of each user, for as long as there are children of the user. */
  readonly #listeners = new Map<string, { readonly listeners: UserListeners; children: number }>();
  readonly #leases: Leases;

  constructor(options: BridgeOptions) {
    this.#options = options;
    const slots = new InteractiveSlots({
      slots: options.slots,
      max: options.limits.leases.max,
      idlest: () => this.#idlest(),
      onFree: () => this.#leases.wakeAll(),
    });
    this.#plain = new Children(options);
    this.#interactive = new Children({ ...options, slots });
    this.#leases = new Leases(this.#interactive, slots, options.limits);
  }

  get size(): number {
    return this.#plain.size + this.#interactive.size;
  }

  get atWork(): number {
    return this.#plain.atWork + this.#interactive.atWork;
  }

  async close(): Promise<void> {
    await Promise.all([this.#plain.close(), this.#interactive.close()]);
  }

  /**
   * The child for a request; taken for it alone where it may call back. Gives no promise where there is nothing to wait for.
   * @param exchange where its client waits
   * @param preferred the id of the child that it was made to before
   * @throws {Refusal} beyond the limits, and when none can be started
   */
  childFor(
    { request, envelope, identity }: ModernRequest,
    exchange: Exchange,
    preferred?: string,
  ): BridgedChild | Promise<BridgedChild> {
    const { fingerprint, isInteractive, isShared, sharer } = this.#sharing({ envelope, identity });
    const key = JSON.stringify([ownerKey(sharer), fingerprint]);
    const make: MakeChild<BridgedChild> = (child) => {
      const listeners = this.#listenersOf(sharer);
      const serving: BridgedChild = new BridgedChild(child, {
        ...this.#options,
        capabilities: envelope.capabilities,
        clientInfo: (isInteractive ? envelope.clientInfo : undefined) ?? gatewayInfo,
        isInteractive,
        isShared,
        listeners,
        lastRoots: () => this.#options.lastRoots.of(identity),
        onFree: () => this.#leases.wakeAll(), // one that is idle may give way to any other
        onToolsChanged: () => this.#options.onToolsChanged(serving),
        requiresTask: (tool) => this.#options.requiresTask(serving, tool),
      });
      if (isInteractive) this.#askers.add(serving);
      serving.ended.addEventListener("abort", () => this.#release(sharer, serving), { once: true });
      return serving;
    };
    const mayCallBack = isInteractive && modernMethod(request.method)?.mayAskForInput === true;
    const { idText } = request;
    const children = isInteractive ? this.#interactive : this.#plain;
    if (!mayCallBack) return children.shared(key, sharer, idText, make);
    return this.#lease({ key, owner: sharer, idText, make, exchange }, preferred);
  }

  async #lease(wanting: Wanting, preferred: string | undefined): Promise<BridgedChild> {
    const isPreferred = ({ id }: BridgedChild) => id === preferred;
    const again = preferred === undefined ? undefined : await this.#leases.takeAgain(wanting.key, isPreferred);
    return again ?? this.#leases.take(wanting);
  }

  /** Whose children a request goes to, as a text that all replicas agree on. */
  placeOf(asking: Pick<ModernRequest, "envelope" | "identity">): string {
    return ownerKey(this.#sharing(asking).sharer);
  }

  /** Gives up the children of those that belong to another replica now. */
  keepOwned(isOwner: (place: string) => boolean): void {
    const isOver = (key: string) => !isOwner((JSON.parse(key) as [string])[0]);
    for (const children of [this.#plain, this.#interactive]) children.retire(isOver);
  }

  #sharing({ envelope, identity }: Pick<ModernRequest, "envelope" | "identity">) {
    const { capabilities } = envelope;
    const isInteractive = mayBeAsked(capabilities);
    const isShared = this.#options.isShared && !isInteractive;
    const fingerprint = capabilityFingerprint(capabilities);
    return { fingerprint, isInteractive, isShared, sharer: sharerOf(identity, isShared) };
  }

  #listenersOf(sharer: Identity): UserListeners {
    const key = ownerKey(sharer);
    const held = this.#listeners.get(key) ?? { listeners: new UserListeners(), children: 0 };
    held.children += 1;
    this.#listeners.set(key, held);
    return held.listeners;
  }

  /** Of those that have nothing to do, the one that was used longest ago. */
  #idlest(): BridgedChild | undefined {
    const idle = [...this.#askers].filter(({ idleSince }) => idleSince !== undefined);
    return idle.sort((one, other) => (one.idleSince ?? 0) - (other.idleSince ?? 0))[0];
  }

  #release(sharer: Identity, serving: BridgedChild): void {
    this.#askers.delete(serving);
    const key = ownerKey(sharer);
    const held = this.#listeners.get(key);
    if (held === undefined) return;
    held.children -= 1;
    if (held.children === 0) this.#listeners.delete(key);
  }
}
