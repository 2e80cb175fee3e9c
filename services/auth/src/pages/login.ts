import {
  type AuthorizationSummary,
  clientTitle,
  renderHostWarning,
  renderSummary,
  renderWarning,
} from "./authorization-summary.ts";
import { type Html, html } from "./html.ts";
import { renderPage } from "./layout.ts";

/** The sign-in page. Between a client's request and a provider it is the interstitial that names the client (security.md 11). */
export interface LoginView {
  readonly csrf: string;
  /** The pending authorization; absent when someone only signs in. */
  readonly requestId: string | undefined;
  readonly summary: AuthorizationSummary | undefined;
  readonly signedInAs: string | undefined;
  /** Where one can sign in, each with a button. */
  readonly providers: readonly { readonly id: string; readonly name: string }[];
  /** The name to fill in; absent when there is no local sign-in. */
  readonly localUser: string | undefined;
  readonly problem?: string;
}

/** The page as HTML, whole. */
export function renderLogin(view: LoginView): string {
  const { summary, problem, signedInAs } = view;
  return renderPage(
    "Sign in",
    html`${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
${summary && html`<p><strong>${clientTitle(summary)}</strong> asks to use an MCP server in your name. Sign in to decide.</p>`}
${summary && renderSummary(summary)}
${summary && renderHostWarning(summary)}
${summary && renderWarning(summary)}
${signedInAs !== undefined && html`<p>You are signed in as <strong>${signedInAs}</strong>. Sign in again to change the account.</p>`}
${view.providers.map((provider) => renderProviderForm(view, provider))}
${view.localUser !== undefined && renderLocalForm(view, view.localUser)}
${summary && renderCancelForm(view)}`,
  );
}

function renderProviderForm(view: LoginView, provider: LoginView["providers"][number]): Html {
  return html`<form method="post" action="/login">
${hiddenFields(view, provider.id)}
<div class="buttons">
<button class="primary">Continue with ${provider.name}</button>
${view.providers.length === 1 && renderCancelButton(view)}
</div>
</form>`;
}

function renderLocalForm(view: LoginView, localUser: string): Html {
  return html`<form method="post" action="/login" class="local">
${hiddenFields(view, "local")}
<p class="warning"><strong>Local sign-in.</strong> There is no password: anyone who can reach this machine's loopback can sign in here.</p>
<label for="username">User name</label>
<input id="username" name="username" value="${localUser}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required>
<div class="buttons">
<button class="primary">Sign in</button>
${renderCancelButton(view)}
</div>
</form>`;
}

// Beside the other button, yet of a form of its own: it must not ask for a user name first.
function renderCancelButton({ summary }: LoginView): Html | undefined {
  return summary && html`<button form="cancel">Cancel</button>`;
}

function renderCancelForm(view: LoginView): Html {
  return html`<form id="cancel" method="post" action="/login">
${hiddenFields(view, "cancel")}
${view.providers.length > 1 && html`<div class="buttons"><button>Cancel</button></div>`}
</form>`;
}

function hiddenFields({ csrf, requestId }: LoginView, action: string): Html {
  return html`<input type="hidden" name="action" value="${action}">
<input type="hidden" name="csrf" value="${csrf}">
${requestId !== undefined && html`<input type="hidden" name="request" value="${requestId}">`}`;
}
