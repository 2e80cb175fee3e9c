import { html } from "./html.ts";
import { renderPage } from "./layout.ts";

/** A page for a person who came to an address that nothing answers at. */
export function renderNotFound(): string {
  return renderPage(
    "Nothing is here",
    html`<p>Nothing answers at this address.</p>
<p><a href="/">All servers and how to connect</a></p>`,
  );
}
