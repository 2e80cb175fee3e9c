import { capabilityFingerprint, modernMethod } from "@gateway/protocol";
import { gatewayInfo } from "../gateway-info.ts";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { ModernRequest } from "./asked.ts";
import { BridgedChild, type BridgePorts } from "./bridged-child.ts";
import { drainTimeout } from "./bridged-draining.ts";
import { UserListeners } from "./bridged-listens.ts";
import { Children, type ChildrenPorts, type MakeChild } from "./children.ts";
import { ownerKey, sharerOf } from "./owner-key.ts";

type OfEachChild = "capabilities" | "clientInfo" | "isInteractive" | "listeners" | "onFree" | OfTools;
type OfTools = "onToolsChanged" | "requiresTask";

export interface BridgeOptions extends ChildrenPorts, Omit<BridgePorts, OfEachChild> {
  readonly onToolsChanged: (child: BridgedChild) => void;
  readonly requiresTask: (child: BridgedChild, tool: string) => boolean;
  /** Users share children that cannot ask them anything. */
  readonly isShared: boolean;
}

/** How long the call that gives way may take to end, and the process that may have to be ended with it. */
const roomWait = drainTimeout + 2_000;

/** Finds the legacy child for a modern client's request (mcp-wire.md §5.1, §5.3). */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #children: Children<BridgedChild>;
  /** Of each user, for as long as there are children of the user. */
  readonly #listeners = new Map<string, { readonly listeners: UserListeners; children: number }>();
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Those that are being started to be leased, by key. */
  readonly #starting = new Map<string, number>();

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#children = new Children(options);
  }

  get size(): number {
    return this.#children.size;
  }

  get atWork(): number {
    return this.#children.atWork;
  }

  close(): Promise<void> {
    return this.#children.close();
  }

  /**
   * The child for a request; taken for it alone where it may call back.
   * @param preferred the id of the child that it was made to before
   * @throws {Refusal} beyond the limits, and when none can be started
   */
  async childFor({ request, envelope, identity }: ModernRequest, preferred?: string): Promise<BridgedChild> {
    const { fingerprint, sharer } = this.#sharing({ envelope, identity });
    const key = JSON.stringify([ownerKey(sharer), fingerprint]);
    const make: MakeChild<BridgedChild> = (child) => {
      const listeners = this.#listenersOf(sharer);
      const serving: BridgedChild = new BridgedChild(child, {
        ...this.#options,
        capabilities: envelope.capabilities,
        clientInfo: (fingerprint === "" ? undefined : envelope.clientInfo) ?? gatewayInfo,
        isInteractive: fingerprint !== "",
        listeners,
        onFree: () => this.#wake(key),
        onToolsChanged: () => this.#options.onToolsChanged(serving),
        requiresTask: (tool) => this.#options.requiresTask(serving, tool),
      });
      serving.ended.addEventListener("abort", () => this.#release(sharer), { once: true });
      return serving;
    };
    const mayCallBack = fingerprint !== "" && modernMethod(request.method)?.mayAskForInput === true;
    if (!mayCallBack) return this.#children.shared(key, sharer, request.idText, make);
    const isPreferred = ({ id }: BridgedChild) => id === preferred;
    const again = preferred === undefined ? undefined : await this.#takeAgain(key, isPreferred);
    return again ?? this.#lease(key, sharer, request.idText, make);
  }

  /** Whose children a request goes to, as a text that all replicas agree on. */
  placeOf(asking: Pick<ModernRequest, "envelope" | "identity">): string {
    return ownerKey(this.#sharing(asking).sharer);
  }

  /** Gives up the children of those that belong to another replica now. */
  keepOwned(isOwner: (place: string) => boolean): void {
    this.#children.retire((key) => !isOwner((JSON.parse(key) as [string])[0]));
  }

  #sharing({ envelope, identity }: Pick<ModernRequest, "envelope" | "identity">) {
    const fingerprint = capabilityFingerprint(envelope.capabilities);
    return { fingerprint, sharer: sharerOf(identity, fingerprint === "" && this.#options.isShared) };
  }

  /**
   * The oldest child that is free, else, after a while, another one. At the limit a call that waits for its client is
   * given up, the one asked longest ago: declining is silence in this wire, so it is the one least likely to go on.
   */
  async #lease(key: string, identity: Identity, idText: string, make: MakeChild<BridgedChild>): Promise<BridgedChild> {
    if (this.#children.of(key).length === 0) await this.#children.shared(key, identity, idText, make);
    const { wait } = this.#options.limits.leases;
    const free = await this.#takeFree(key, wait, () => this.#children.of(key).every(({ parked }) => parked));
    if (free !== undefined) return free;
    if (!this.#hasRoom(key)) this.#giveUpOldest(key);
    const until = Date.now() + roomWait;
    for (;;) {
      const left = await this.#takeFree(key, until - Date.now(), () => this.#hasRoom(key));
      if (left !== undefined) return left;
      if (!this.#hasRoom(key)) throw new Refusal("too_many_dialogues", { idText });
      const started = await this.#startAnother(key, identity, idText, make);
      if (started.isFree) return taken(started);
    }
  }

  #hasRoom(key: string): boolean {
    return this.#children.of(key).length + (this.#starting.get(key) ?? 0) < this.#options.limits.leases.maxPerUser;
  }

  async #startAnother(key: string, identity: Identity, idText: string, make: MakeChild<BridgedChild>) {
    this.#starting.set(key, (this.#starting.get(key) ?? 0) + 1);
    try {
      return await this.#children.start(key, identity, idText, make);
    } finally {
      const left = (this.#starting.get(key) ?? 1) - 1;
      if (left === 0) this.#starting.delete(key);
      else this.#starting.set(key, left);
      this.#wake(key); // where it could not be started there is room again
    }
  }

  /** A certain child, unless it has ended, waits for its client, or is long at work on something else. */
  #takeAgain(key: string, isWanted: (child: BridgedChild) => boolean): Promise<BridgedChild | undefined> {
    const isVain = () => this.#children.of(key).find(isWanted)?.parked !== undefined;
    const { wait } = this.#options.limits.leases;
    return this.#takeFree(key, this.#children.of(key).some(isWanted) ? wait : 0, isVain, isWanted);
  }

  /** @param isVain whether nothing can become free by itself */
  async #takeFree(
    key: string,
    milliseconds: number,
    isVain: () => boolean,
    isWanted: (child: BridgedChild) => boolean = () => true,
  ): Promise<BridgedChild | undefined> {
    const until = Date.now() + milliseconds;
    for (;;) {
      const free = this.#children.of(key).find((child) => child.isFree && isWanted(child));
      if (free !== undefined) return taken(free);
      if (isVain() || Date.now() >= until) return undefined;
      await this.#untilFree(key, until - Date.now());
    }
  }

  #giveUpOldest(key: string): void {
    const parked = this.#children.of(key).filter((child) => child.parked !== undefined);
    const [oldest] = parked.sort((one, other) => (one.parked?.askedAt ?? 0) - (other.parked?.askedAt ?? 0));
    if (oldest?.parked !== undefined) oldest.abandon(oldest.parked, "cancelled");
  }

  #untilFree(key: string, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      const wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), wake]);
    });
  }

  #wake(key: string): void {
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const wake of waiting) wake();
  }

  #listenersOf(sharer: Identity): UserListeners {
    const key = ownerKey(sharer);
    const held = this.#listeners.get(key) ?? { listeners: new UserListeners(), children: 0 };
    held.children += 1;
    this.#listeners.set(key, held);
    return held.listeners;
  }

  #release(sharer: Identity): void {
    const key = ownerKey(sharer);
    const held = this.#listeners.get(key);
    if (held === undefined) return;
    held.children -= 1;
    if (held.children === 0) this.#listeners.delete(key);
  }
}

function taken(child: BridgedChild): BridgedChild {
  child.take();
  return child;
}
