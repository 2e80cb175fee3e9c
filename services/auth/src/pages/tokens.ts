import type { GivenAccess } from "../domain/account.ts";
import { personalTokenLifetimes } from "../domain/personal-token.ts";
import { renderAccessList } from "./account.ts";
import { type Html, html } from "./html.ts";
import { renderPage } from "./layout.ts";

export interface TokensView {
  /** Of the form that makes a token. */
  readonly csrf: string;
  /** Of the buttons that revoke one. */
  readonly revokeCsrf: string;
  readonly tokens: readonly GivenAccess[];
  readonly servers: readonly Choice[];
  readonly problem?: string;
}

interface Choice {
  readonly title: string;
  readonly resource: string;
  /** A token for it can be limited to some of its tools. */
  readonly limitsTools: boolean;
}

/** The personal access tokens of a person, and the form for another one. */
export function renderTokens({ csrf, revokeCsrf, tokens, servers, problem }: TokensView): string {
  return renderPage(
    "Personal access tokens",
    html`${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
<p>A token lets a program use one MCP server in your name, without a browser: it sends the header <span class="address">Authorization: Bearer TOKEN</span>. <a href="/account">Your account</a></p>
${tokens.length === 0 ? html`<p class="quiet">You have none.</p>` : renderAccessList(tokens.map(withServer), revokeCsrf)}
<section>
<h2>New token</h2>
${servers.length === 0 ? html`<p>There is no MCP server that you may use.</p>` : renderForm(csrf, servers)}
</section>`,
  );
}

function withServer(token: GivenAccess): GivenAccess {
  return { ...token, title: `${token.title} (${token.server})` };
}

function renderForm(csrf: string, servers: readonly Choice[]): Html {
  return html`<form method="post" action="/account/tokens">
<input type="hidden" name="csrf" value="${csrf}">
<label for="name">Name</label>
<input id="name" name="name" placeholder="nightly report" autocomplete="off" maxlength="60" required>
<label for="resource">MCP server</label>
<select id="resource" name="resource">
${servers.map(({ title, resource }) => html`<option value="${resource}">${title}</option>`)}
</select>
<label for="days">Lives for</label>
<select id="days" name="days">
${personalTokenLifetimes.choices.map((days) => renderLifetime(days))}
</select>
${servers.some(({ limitsTools }) => limitsTools) && renderTools(servers)}
<div class="buttons"><button class="primary">Make token</button></div>
</form>`;
}

function renderTools(servers: readonly Choice[]): Html {
  const others = servers.filter(({ limitsTools }) => !limitsTools).map(({ title }) => title);
  return html`<label for="tools">Only these tools <span class="quiet">(all, if you leave it empty)</span></label>
<textarea id="tools" name="tools" rows="3" placeholder="read_*" aria-describedby="tools-hint" autocomplete="off" spellcheck="false"></textarea>
<p class="quiet" id="tools-hint">One name a line; * stands for any text.${others.length > 0 && html` Not for ${others.join(", ")}: nothing of the gateway sees the calls of a server that speaks HTTP itself.`}</p>`;
}

function renderLifetime(days: number): Html {
  return days === personalTokenLifetimes.default
    ? html`<option value="${days}" selected>${days} days</option>`
    : html`<option value="${days}">${days} days</option>`;
}

interface NewToken {
  readonly name: string;
  readonly resource: string;
  readonly tools?: readonly string[];
  readonly token: string;
}

/** Shows a new token, this once. */
export function renderNewToken({ name, resource, tools, token }: NewToken): string {
  return renderPage(
    "Copy this token",
    html`<p><strong>${name}</strong> is good for <span class="address">${resource}</span> alone${tools && html`, and there for these tools: <strong>${tools.join(", ")}</strong>`}. It is shown only now. Whoever has it can use that server in your name, so keep it like a password.</p>
<pre class="code" tabindex="0">${token}</pre>
<p><a href="/account/tokens">Your tokens</a></p>`,
  );
}
