/** Text that is HTML already. Only `html` makes it. */
export interface Html {
  readonly html: string;
}

type Interpolation = Html | readonly Html[] | string | number | false | undefined;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Builds HTML: every interpolated text is escaped, for element content and for quoted attributes alike. */
export function html(literals: TemplateStringsArray, ...values: readonly Interpolation[]): Html {
  return { html: literals.reduce((text, literal, index) => text + render(values[index - 1]) + literal) };
}

function render(value: Interpolation): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return "html" in value ? value.html : value.map((part) => part.html).join("");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
