import { html } from "./html.ts";
import { renderPage } from "./layout.ts";

/** A page for a person whom something went wrong for: what, what to do, and by which reference the log knows it. */
export function renderProblem({
  description,
  advice,
  reference,
}: {
  description: string;
  advice: string;
  reference: string;
}): string {
  return renderPage(
    "This did not work",
    html`<p class="problem">${description}</p>
<p>${advice}</p>
<p class="quiet">Reference: <span class="address">${reference}</span></p>`,
  );
}
