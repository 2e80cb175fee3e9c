import {
  badRequestState,
  checkTaskSubscription,
  hasExtension,
  type IsToolAllowed,
  judgeToolCall,
  methodNotFound,
  modernMethod,
  type Request,
  type RequestState,
  renderModernError,
  renderSubscriptionEnd,
  tasksExtension,
} from "@gateway/protocol";
import { Counts } from "../counts.ts";
import { checkServed } from "../era/check-served.ts";
import type { ServerEra } from "../era/server-era.ts";
import type { EraVerdict } from "../era/verdict.ts";
import { renderRefusal } from "../http/answers.ts";
import { Refusal } from "../http/refusal.ts";
import type { Identity } from "../identity/identify.ts";
import type { Replicas } from "../replicas/replicas.ts";
import { type Asked, askedBy, bindingOf, type ModernRequest } from "./asked.ts";
import { Bridge } from "./bridge.ts";
import { Children, type ChildrenPorts } from "./children.ts";
import type { Exchange } from "./exchange.ts";
import { LastRoots } from "./last-roots.ts";
import { NativeChild, type NativePorts } from "./native-child.ts";
import { answerRefused, refuse } from "./outcomes.ts";
import { ownerKey, sharerOf } from "./owner-key.ts";
import { Parks } from "./parks.ts";
import { mayReplay } from "./replay.ts";
import { RequestStates, type Sealing } from "./request-states.ts";
import type { ServingChild } from "./serving-child.ts";
import { ToolSchemas } from "./tool-schemas.ts";
import { Uses } from "./uses.ts";

export interface ModernRoomPorts extends ChildrenPorts, Pick<NativePorts, "metrics" | "isShared" | "cache"> {
  /** The MCP server's. */
  readonly name: string;
  /** Which tools exist for clients; undefined: all. */
  readonly isToolAllowed: IsToolAllowed | undefined;
  readonly era: ServerEra;
  /** The legacy version to ask for. */
  readonly protocolVersion: string;
  readonly sealing: Sealing;
}

/** A request that may be handed on. */
interface Coming extends ModernRequest {
  /** What its client came back with; undefined: it comes for the first time. */
  readonly state?: RequestState | undefined;
}

/** No promise where one runs already, as it mostly does: each costs the request time. */
type Found = ServingChild | Promise<ServingChild>;

/** It may be another server by now. */
const contradictions: ReadonlySet<string> = new Set(["server_not_ready", "server_exited"]);

/** Serves the modern wire: each request stands alone, and goes to a child of its user. */
export class ModernRoom {
  readonly uses = new Uses();
  readonly #ports: ModernRoomPorts;
  readonly #native: Children<NativeChild>;
  readonly #bridge: Bridge;
  readonly #states: RequestStates;
  readonly #lastRoots = new LastRoots();
  readonly #parks: Parks;
  readonly #schemas = new WeakMap<ServingChild, ToolSchemas>();
  /** Streams of notifications, by user. */
  readonly #listens = new Counts<string>();

  constructor(ports: ModernRoomPorts) {
    this.#ports = ports;
    this.#states = new RequestStates(ports.sealing);
    this.#parks = new Parks(this.#states, this.uses, this.#lastRoots, ports.limits.callback);
    this.#native = new Children(ports);
    this.#bridge = new Bridge({
      ...ports,
      states: this.#states,
      parks: this.#parks,
      lastRoots: this.#lastRoots,
      onToolsChanged: (child) => this.#schemasOf(child).forget(),
      requiresTask: (child, tool) => this.#schemasOf(child).requiresTask(tool),
    });
  }

  /** Processes that it has. */
  get children(): number {
    return this.#native.size + this.#bridge.size;
  }

  /** Streams of notifications that are open. */
  get openStreams(): number {
    return this.#listens.total;
  }

  async close(): Promise<void> {
    await Promise.all([this.#native.close(), this.#bridge.close()]);
    this.#parks.end();
  }

  /** Requests that children are working on: not those that wait for their clients, nor subscriptions. */
  get atWork(): number {
    return this.#native.atWork + this.#bridge.atWork;
  }

  /**
   * The replica that has to serve a request; undefined: any may. A retry goes to where it was asked for. A server of the
   * older wire has one replica for each user, else the user's calls would be spread over several of its processes; and so has
   * a client that knows tasks: they are asked after where they run.
   * @throws {Refusal} when it cannot be known who is alive
   */
  async replicaFor(asking: ModernRequest, replicas: Pick<Replicas, "ownerOf">): Promise<string | undefined> {
    const { request, identity } = asking;
    const { requestState } = request.params;
    if (requestState !== undefined) {
      const { sub, clientId } = identity;
      return this.#states.replicaOf(requestState, bindingOf(request, { server: this.#ports.name, sub, clientId }));
    }
    const verdict = await this.#ports.era.find();
    if (verdict === undefined) return undefined;
    if (!verdict.modern) return replicas.ownerOf(this.#bridge.placeOf(asking));
    return knowsTasks(asking) ? replicas.ownerOf(ownerKey(identity)) : undefined;
  }

  /** Gives up what belongs to another replica now: what runs is finished, subscriptions and questions are ended. */
  keepOwned(isOwner: (place: string) => boolean): void {
    this.#bridge.keepOwned(isOwner);
  }

  /** Serves a request that passed the checks. @throws {Refusal} when no child can be asked, and no status is out yet */
  async serve(asking: ModernRequest, exchange: Exchange): Promise<void> {
    const { name, isToolAllowed, metrics } = this.#ports;
    const asked = askedBy(asking, name, isToolAllowed);
    this.#noteUse(asked, asking.identity, exchange);
    try {
      await this.#serve(asking, asked, exchange);
    } catch (error) {
      if (!(error instanceof Refusal) || (exchange.isOpen && !exchange.isStream)) throw error;
      if (!exchange.isOpen) return; // its client has gone
      refuse(metrics, asked, exchange, error.refusal);
    }
  }

  async #serve(asking: ModernRequest, asked: Asked, exchange: Exchange): Promise<void> {
    const request = judge(asking.request, asked, exchange);
    if (request === undefined) return;
    const verdict = this.#ports.era.fresh ?? (await this.#ports.era.find());
    if (verdict === undefined) throw new Refusal("server_not_ready", { idText: asked.idText });
    checkServed(verdict, asked.idText);
    const isForeign = !verdict.modern && modernMethod(request.method)?.extension !== undefined;
    if (isForeign) return answerRefused(asked.idText, exchange, methodNotFound);
    const coming = { ...asking, request };
    const { requestState } = request.params;
    if (requestState === undefined) return this.#toChild(verdict, coming, asked, exchange);
    const state = this.#states.open(requestState, asked.binding());
    const retry = (opened: RequestState) => () => this.#retry(verdict, { ...coming, state: opened }, asked, exchange);
    const isFirst = state !== undefined && (await this.#states.once(state, asked.idText, retry(state)));
    if (!isFirst) exchange.answer(renderModernError(asked.idText, badRequestState));
  }

  async #toChild(verdict: EraVerdict, coming: Coming, asked: Asked, exchange: Exchange): Promise<void> {
    const find = () => this.#find(verdict, coming, exchange);
    const found = find();
    await this.#handOn("then" in found ? await found : found, coming, asked, exchange, find);
  }

  #find(verdict: EraVerdict, coming: ModernRequest, exchange: Exchange): Found {
    return this.#found(verdict.modern ? this.#nativeFor(coming) : this.#bridge.childFor(coming, exchange));
  }

  /**
   * A client comes back with what its server wanted of it: a call of a legacy one waits, or it is to be made once more; a
   * modern one is told what it said itself.
   */
  async #retry(
    verdict: EraVerdict,
    coming: Coming & { readonly state: RequestState },
    asked: Asked,
    exchange: Exchange,
  ): Promise<void> {
    const { request, state } = coming;
    // One that was slow to say that it is modern may have been asked in the other wire.
    const isNative = verdict.modern && (state.kind === "relay" || !verdict.legacy);
    if (isNative) return this.#toChild(verdict, coming, asked, exchange);
    exchange.startGrace();
    if (state.kind !== "replay") return this.#parks.retry(state, request, asked, exchange);
    if (!mayReplay(state, request, asked, exchange, this.#states)) return;
    const serving = await this.#found(this.#bridge.childFor(coming, exchange, state.child));
    if (!this.#states.spend(state)) exchange.answer(renderModernError(asked.idText, badRequestState));
    await this.#handOn(serving, coming, asked, exchange);
  }

  /** One that does not start may speak another wire by now than was found out. */
  #found(serving: Found): Found {
    if (!("then" in serving)) return serving;
    return serving.catch((error: unknown) => {
      if (error instanceof Refusal && contradictions.has(error.refusal)) this.#ports.era.doubt();
      throw error;
    });
  }

  /** @param another finds a child in place of one that has exited meanwhile, which has seen nothing of the request */
  async #handOn(
    serving: ServingChild,
    coming: Coming,
    asked: Asked,
    exchange: Exchange,
    another?: () => Found,
  ): Promise<void> {
    const { request, header, state } = coming;
    if (request.method === "tools/call") {
      const schemas = this.#schemasOf(serving);
      const refusal = schemas.knows(request.params)
        ? schemas.checkKnown(request.params, header)
        : await schemas.check(request.params, header);
      if (refusal !== undefined) answerRefused(asked.idText, exchange, refusal);
    }
    if (!exchange.isOpen) return serving.giveBack();
    if (!serving.takesRequests) {
      if (another === undefined) return void refuse(this.#ports.metrics, asked, exchange, "server_gone");
      return this.#handOn(await another(), coming, asked, exchange);
    }
    if (request.method === "subscriptions/listen") return this.#listen(serving, request, asked, exchange);
    exchange.startGrace();
    serving.accept(request, asked, exchange, state);
  }

  #nativeFor(asking: ModernRequest): NativeChild | Promise<NativeChild> {
    const { identity, request } = asking;
    const { idText } = request;
    const isShared = this.#ports.isShared && !knowsTasks(asking);
    const sharer = sharerOf(identity, isShared);
    return this.#native.shared(ownerKey(sharer), sharer, idText, (child) => {
      const serving: NativeChild = new NativeChild(child, {
        ...this.#ports,
        isShared,
        states: this.#states,
        onToolsChanged: () => this.#schemasOf(serving).forget(),
      });
      return serving;
    });
  }

  #listen(serving: ServingChild, request: Request, asked: Asked, exchange: Exchange): void {
    const refusal = checkTaskSubscription(request.params, asked.envelope.capabilities);
    if (refusal !== undefined) answerRefused(asked.idText, exchange, refusal);
    if (!exchange.isOpen) return;
    if (!exchange.mayStream) return void refuse(this.#ports.metrics, asked, exchange, "stream_not_acceptable");
    const { sub } = asked;
    if (this.#listens.of(sub) >= this.#ports.limits.listensPerUser) {
      return void refuse(this.#ports.metrics, asked, exchange, "too_many_listens");
    }
    this.#listens.add(sub);
    exchange.onClosed(() => this.#listens.remove(sub));
    serving.listen(request, asked, exchange);
  }

  #noteUse({ idText, method }: Asked, { token }: Identity, exchange: Exchange): void {
    const remove = this.uses.add(token, (why) => {
      if (why === "expired" && !exchange.isStream) return; // an answer that comes at once is of the request alone
      if (why === "expired" && method === "subscriptions/listen") {
        return exchange.cut(renderSubscriptionEnd(idText), 200);
      }
      exchange.cut(renderRefusal("access_revoked", { idText, data: { reason: "access_revoked" } }, "modern"), 403);
    });
    exchange.onClosed(remove);
  }

  #schemasOf(serving: ServingChild): ToolSchemas {
    const schemas = this.#schemas.get(serving) ?? new ToolSchemas((method, params) => serving.ask(method, params));
    this.#schemas.set(serving, schemas);
    return schemas;
  }
}

/** A task is kept by the process that it runs in: whoever may have some shares none with other users. */
function knowsTasks({ envelope }: ModernRequest): boolean {
  return hasExtension(envelope.capabilities, tasksExtension);
}

/** The request as it may be handed on; undefined when it was answered: a tool that does not exist for its client. */
function judge(request: Request, { isToolAllowed }: Asked, exchange: Exchange): Request | undefined {
  const verdict = isToolAllowed === undefined ? { handOn: request } : judgeToolCall(request, isToolAllowed);
  if ("handOn" in verdict) return verdict.handOn;
  exchange.answer(verdict.error);
  return undefined;
}
