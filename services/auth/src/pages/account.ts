import type { GivenAccess } from "../domain/account.ts";
import { type Html, html } from "./html.ts";
import { renderPage } from "./layout.ts";

export interface AccountView {
  readonly csrf: string;
  readonly login: string;
  /** In order of their servers. */
  readonly clients: readonly GivenAccess[];
  readonly tokenCount: number;
}

/** Who is signed in, and what they gave to whom. */
export function renderAccount({ csrf, login, clients, tokenCount }: AccountView): string {
  const servers = [...new Set(clients.map(({ server }) => server))];
  const sections = servers.map((server) =>
    renderServer(
      server,
      clients.filter((client) => client.server === server),
      csrf,
    ),
  );
  return renderPage(
    "Your account",
    html`<p>You are signed in as <strong>${login}</strong>.</p>
<p>These applications may use MCP servers in your name. What you revoke here ends within seconds; the application has to ask you again.</p>
${clients.length === 0 ? html`<p class="quiet">None so far.</p>` : sections}
<section>
<h2>Personal access tokens</h2>
<p>For programs that cannot open a browser. You have ${tokenCount === 0 ? "none" : tokenCount}. <a href="/account/tokens">See and make tokens</a></p>
</section>
<section>
<h2>Sign out everywhere</h2>
<p>Ends every browser session, every application's access and every personal access token of yours, here and on every device.</p>
<form method="post" action="/account/sign-out-everywhere">
<input type="hidden" name="csrf" value="${csrf}">
<button class="danger">Sign out everywhere</button>
</form>
</section>`,
  );
}

function renderServer(server: string, clients: readonly GivenAccess[], csrf: string): Html {
  return html`<section>
<h2>${server}</h2>
${renderAccessList(clients, csrf)}
</section>`;
}

/** Accesses one a row, each with its button. */
export function renderAccessList(accesses: readonly GivenAccess[], csrf: string): Html {
  return html`<ul class="rows">
${accesses.map(
  ({ grantId, title, since, until, tools }) => html`<li>
<span><strong>${title}</strong><br><span class="quiet">since ${day(since)}, at most until ${day(until)}${tools && html`<br>only ${tools.join(", ")}`}</span></span>
<form method="post" action="/account/revoke">
<input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="grant" value="${grantId}">
<button aria-label="Revoke ${title}">Revoke</button>
</form>
</li>`,
)}
</ul>`;
}

function day(secondsSinceEpoch: number): Html {
  return html`<time>${new Date(secondsSinceEpoch * 1_000).toISOString().slice(0, 10)}</time>`;
}
