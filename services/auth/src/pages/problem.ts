import { html } from "./html.ts";
import { renderPage } from "./layout.ts";

/** A page for a person whom something went wrong for: what, and what to do. */
export function renderProblem({ description, advice }: { description: string; advice: string }): string {
  return renderPage("This did not work", html`<p class="problem">${description}</p>\n<p>${advice}</p>`);
}
