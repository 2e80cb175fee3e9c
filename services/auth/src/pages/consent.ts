import type { Permissions } from "../domain/permissions.ts";
import {
  type AuthorizationSummary,
  clientTitle,
  renderHostWarning,
  renderSummary,
  renderWarning,
} from "./authorization-summary.ts";
import { type Html, html } from "./html.ts";
import { renderPage } from "./layout.ts";

/** A server that the person may choose. */
interface ServerChoice {
  readonly title: string;
  readonly resource: string;
  /** What would be granted there beside what is granted anyway, in words. */
  readonly more: readonly string[];
}

/** What is granted, as far as it is known. */
export interface ConsentChoices {
  /** The servers to choose from, when the client named none. */
  readonly choices: readonly ServerChoice[];
  readonly permissions: Permissions;
  /** Whether the client will get a refresh token. */
  readonly staysConnected: boolean;
}

export interface ConsentView extends ConsentChoices {
  readonly csrf: string;
  readonly requestId: string;
  readonly login: string;
  readonly summary: AuthorizationSummary;
}

export function renderConsent(view: ConsentView): string {
  const { summary, login, requestId } = view;
  const [title, heading] = questionOf(summary);
  return renderPage(
    title,
    html`<p>You are signed in as <strong>${login}</strong>. <a href="/login?request=${requestId}">Use another account</a></p>
${renderSummary(summary)}
<form method="post" action="/consent">
<input type="hidden" name="csrf" value="${view.csrf}">
<input type="hidden" name="request" value="${requestId}">
${view.choices.length > 0 && renderChoices(view.choices)}
${renderPermissions(view)}
${renderHostWarning(summary)}
${renderWarning(summary)}
${decisionButtons}
</form>`,
    heading,
  );
}

/** What is asked: the title of the page, and its heading, in which a name that goes on like the question stands apart from it. */
export function questionOf(
  summary: Pick<AuthorizationSummary, "clientName" | "server">,
): [title: string, heading: Html] {
  const name = clientTitle(summary);
  const what = summary.server === undefined ? "" : ` to use ${summary.server.title}`;
  return [`Allow ${name}${what}?`, html`Allow <bdi class="claim">${name}</bdi>${what}?`];
}

/** The two answers. */
export const decisionButtons: Html = html`<div class="buttons">
<button class="primary" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</div>`;

/** The servers as a choice of one. */
export function renderChoices(choices: ConsentChoices["choices"]): Html {
  return html`<fieldset>
<legend>Choose an MCP server</legend>
<p>The application did not say which one it means. It will get this one alone.</p>
${choices.map(
  ({ title, resource, more }) =>
    html`<label class="choice"><input type="radio" name="resource" value="${resource}" required>
<span>${title}<br><span class="address">${resource}</span>${more.length > 0 && html`<br>There also: ${more.join("; ")}`}</span></label>`,
)}
</fieldset>`;
}

/** What is agreed to, in words; what the client has already stands apart from what is new. */
export function renderPermissions({ permissions: { added, held }, staysConnected }: ConsentChoices): Html {
  const staying = staysConnected
    ? ["stay connected while it is in use, until you revoke that under “Your account”"]
    : [];
  if (added.length === 0 || held.length === 0) {
    return html`<p>It will be able to:</p>
${renderList([...held, ...added, ...staying])}`;
  }
  return html`<p>New, it will also be able to:</p>
${renderList(added)}
<p>As before, it will be able to:</p>
${renderList([...held, ...staying])}`;
}

function renderList(words: readonly string[]): Html {
  return html`<ul>
${words.map((each) => html`<li>${each}</li>`)}
</ul>`;
}
