import { outOfBand } from "@gateway/config/auth";
import { displayText } from "../domain/display-text.ts";
import { isLoopbackRedirect, redirectHost } from "../domain/redirect-uri.ts";
import { type Html, html } from "./html.ts";

/** Whose word for a client's name there is: its own, the operator's, or an approved issuer's software statement (RFC 7591 2.3). */
export type NameGiver = "itself" | "operator" | { readonly issuer: string };

/** What is known of who asks. */
export interface ClientFacts {
  readonly clientName: unknown;
  readonly namedBy: NameGiver;
  /** The client's own claim. */
  readonly clientUri: unknown;
  /** Where its description was found, which it therefore owns; undefined for one that registered here. */
  readonly clientHost?: string;
  /** Whether the operator wants people to be warned of that host. */
  readonly isWarnedOf?: boolean;
  /** Where its logo is on our own origin. */
  readonly logoPath?: string | undefined;
}

/** What a person is asked about: who asks, where the answer goes, for which server. */
export interface AuthorizationSummary extends ClientFacts {
  readonly redirectUri: string;
  /** Absent while it is still to be chosen. */
  readonly server: { readonly title: string; readonly resource: string } | undefined;
}

/** The name to call the application by; mostly its own claim, so made safe to show (security.md 11). */
export function clientTitle({ clientName }: Pick<AuthorizationSummary, "clientName">): string {
  return displayText(clientName) ?? "An application without a name";
}

/** The facts, one a row, with what is only claimed marked as such. */
export function renderSummary(summary: AuthorizationSummary): Html {
  return html`<dl>
${renderClientFacts(summary, html`<div><dt>Answer goes to</dt><dd class="address">${destination(summary.redirectUri)}</dd></div>`)}
</dl>`;
}

/** The rows that there are however the client is answered; `answer` is the row that says how. */
export function renderClientFacts(summary: ClientFacts & Pick<AuthorizationSummary, "server">, answer?: Html): Html {
  const claimedSite = displayText(summary.clientUri, 120);
  return html`<div><dt>Application</dt><dd>${renderLogo(summary)}<strong>${clientTitle(summary)}</strong> <span class="tag">${nameTag(summary)}</span></dd></div>
${summary.clientHost !== undefined && html`<div><dt>Described at</dt><dd class="address"><strong>${summary.clientHost}</strong></dd></div>`}
${claimedSite !== undefined && html`<div><dt>Says its site is</dt><dd class="address">${claimedSite}</dd></div>`}
${answer}
${summary.server && html`<div><dt>MCP server</dt><dd>${summary.server.title}<br><span class="address">${summary.server.resource}</span></dd></div>`}`;
}

function nameTag({ namedBy }: ClientFacts): string {
  if (namedBy === "operator") return "declared by the operator";
  return namedBy === "itself" ? "unverified" : `named by ${issuerName(namedBy)}`;
}

function issuerName({ issuer }: { readonly issuer: string }): string {
  return displayText(issuer, 60) ?? "an approved issuer";
}

// Nothing to read out: the name beside it says the same, and no more can be trusted than that.
function renderLogo({ logoPath }: ClientFacts): Html | undefined {
  return logoPath === undefined ? undefined : html`<img class="logo" src="${logoPath}" alt="" width="40" height="40">`;
}

/** What the operator wants to be said of where a client comes from. */
export function renderHostWarning({ clientHost, isWarnedOf }: ClientFacts): Html | undefined {
  if (clientHost === undefined || isWarnedOf !== true) return undefined;
  return html`<p class="problem"><strong>${clientHost} is not on this gateway's list of trusted applications.</strong> Whoever runs it would act in your name. If you do not know it, ask the operator of this gateway first.</p>`;
}

function destination(redirectUri: string): string {
  if (redirectUri === outOfBand) return "a page here, with a code for you to copy";
  // The port too: it is what tells two programs of one computer apart.
  return isLoopbackRedirect(redirectUri) ? `${new URL(redirectUri).host} (this computer)` : redirectHost(redirectUri);
}

/** What a person should know before going on (security.md 11). */
export function renderWarning({ redirectUri, namedBy }: Pick<AuthorizationSummary, "redirectUri" | "namedBy">): Html {
  if (redirectUri === outOfBand) {
    return html`<p class="warning">You will get a code to copy. Give it only to the application that you started yourself.</p>`;
  }
  if (isLoopbackRedirect(redirectUri)) {
    return html`<p class="warning">The answer goes to a program on this computer. Nobody has checked which one: any program here can call itself that. Go on only if you have just started it.</p>`;
  }
  const advice = `Go on only if you came from there and trust ${redirectHost(redirectUri)}.`;
  if (namedBy === "operator") {
    return html`<p>The operator of this gateway has declared this application. ${advice}</p>`;
  }
  if (namedBy === "itself") {
    return html`<p class="warning">The application chose its name itself; nobody has checked it. ${advice}</p>`;
  }
  // A statement is about software: whoever has it can register with it.
  return html`<p class="warning">Its name is what ${issuerName(namedBy)} calls this software. That it is this software which asks, nobody has checked. ${advice}</p>`;
}
