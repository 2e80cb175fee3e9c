import { html } from "./html.ts";
import { renderPage } from "./layout.ts";

/** The page that a code is copied from, for clients without an address of their own (decision 24). */
export function renderSuccess(code: string): string {
  return renderPage(
    "Copy this code",
    html`<p>Paste it into the application that you started. It is good for one minute, once. Give it to nobody else.</p>
<pre class="code" tabindex="0">${code}</pre>`,
  );
}
