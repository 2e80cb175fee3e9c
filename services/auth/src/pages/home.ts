import { type Html, html } from "./html.ts";
import { renderPage } from "./layout.ts";

export interface HomeView {
  readonly servers: readonly { readonly name: string; readonly title: string; readonly url: string }[];
  /** Present when someone is signed in. */
  readonly account: { readonly login: string; readonly csrf: string } | undefined;
}

/** The front page: which servers there are and how to connect (decision 27). */
export function renderHome({ servers, account }: HomeView): string {
  return renderPage(
    "MCP servers",
    html`${account ? renderAccount(account) : html`<p>You are not signed in. <a href="/login">Sign in</a></p>`}
<p>Give one of these addresses to an MCP client. It finds the rest by itself and sends you here to sign in and agree.</p>
${servers.length === 0 ? html`<p>No server is declared.</p>` : servers.map(renderServer)}
<p class="quiet">If you write a client: <a href="/docs">the endpoints of this gateway</a>.</p>`,
  );
}

function renderAccount({ login, csrf }: { login: string; csrf: string }): Html {
  return html`<form method="post" action="/logout" class="account">
<span>Signed in as <strong>${login}</strong> · <a href="/account">Your account</a></span>
<input type="hidden" name="csrf" value="${csrf}">
<button>Sign out</button>
</form>`;
}

function renderServer({ name, title, url }: HomeView["servers"][number]): Html {
  return html`<section>
<h2>${title}</h2>
<p class="address">${url}</p>
<details>
<summary>How to connect</summary>
${howToConnect(name, url).map(([client, text]) => html`<h3>${client}</h3>\n<pre>${text}</pre>`)}
</details>
</section>`;
}

function howToConnect(name: string, url: string): (readonly [client: string, text: string])[] {
  const entry = { [name]: { url } };
  return [
    ["Claude Code", `claude mcp add --transport http ${name} ${url}`],
    ["VS Code (.vscode/mcp.json)", JSON.stringify({ servers: { [name]: { type: "http", url } } }, null, 2)],
    ["Cursor (.cursor/mcp.json)", JSON.stringify({ mcpServers: entry }, null, 2)],
    ["Any stdio client, by mcp-remote", `npx -y mcp-remote ${url}`],
  ];
}
