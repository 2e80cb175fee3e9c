import type { Part } from "./parts.ts";
import type { Person, PlainBrowser } from "./person.ts";

/** A gateway as its clients reach it, however it is run. */
export interface RunningGateway {
  /** The issuer. */
  readonly origin: string;
  /** A server's endpoint. */
  mcpUrl(server: string): string;
  /** The endpoint on a host of this label, which some server has. */
  hostUrl(label: string): string;
  /** Resolves when a server answers. */
  untilReady(server: string): Promise<void>;
  /** A browser in which nobody has signed in yet; `alice` sits before it, or `bob`. */
  browser(person?: Partial<Person>): PlainBrowser;
}

/** Declares one test of a gateway that runs meanwhile, and what of the machine it needs. */
export type TestOf<G extends RunningGateway = RunningGateway> = (
  title: string,
  run: (gateway: G) => Promise<void>,
  ...needed: readonly Part[]
) => void;
