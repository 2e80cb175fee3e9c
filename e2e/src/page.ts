/** A form as a browser without JavaScript would send it. */
export interface Form {
  readonly method: string;
  /** Absent: the page's own address. */
  readonly action?: string;
  readonly fields: Record<string, string>;
  readonly buttons: readonly Button[];
}

export interface Button {
  readonly name: string;
  readonly value: string;
  readonly label: string;
  /** The id of the form that it sends, where that is not the one it stands in. */
  readonly form: string | undefined;
  /** Where it sends the form, where that is not the form's own action. */
  readonly action: string | undefined;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'", "#34": '"' };

/** Text with HTML's character references resolved; those that our pages use. */
function unescapeHtml(text: string): string {
  return text.replace(/&([#\w]+);/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}

function attributesOf(tag: string): Record<string, string> {
  const pairs = [...tag.matchAll(/\s([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)];
  return Object.fromEntries(
    pairs.map(([, name = "", double, single, bare]) => [
      name.toLowerCase(),
      unescapeHtml(double ?? single ?? bare ?? ""),
    ]),
  );
}

/** The forms of a page, in order. */
export function formsOf(html: string): Form[] {
  const elsewhere = buttonsOf(html).filter(({ form }) => form !== undefined);
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag = "", inner = ""]) => {
    const { method = "get", action, id } = attributesOf(` ${tag}`);
    return {
      method: method.toLowerCase(),
      ...(action === undefined ? {} : { action }),
      fields: { ...inputsOf(inner), ...selectsOf(inner), ...textAreasOf(inner) },
      // A button may name another form than the one it stands in.
      buttons: [
        ...buttonsOf(inner).filter(({ form }) => form === undefined),
        ...elsewhere.filter(({ form }) => form === id),
      ],
    };
  });
}

// Of a group of radio buttons or boxes the checked ones count, or the first where none is: a person picks one.
function inputsOf(html: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [tag] of html.matchAll(/<input\b[^>]*>/gi)) {
    const { name, type = "text", value = "", checked } = attributesOf(tag);
    if (name === undefined || type === "submit") continue;
    const optional = type === "radio" || type === "checkbox";
    if (!optional || checked !== undefined || (type === "radio" && !(name in fields))) fields[name] = value;
  }
  return fields;
}

function selectsOf(html: string): Record<string, string> {
  return Object.fromEntries(
    [...html.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi)].map(([, tag = "", inner = ""]) => {
      const [option = ""] = /<option\b[^>]*>/i.exec(inner) ?? [];
      return [attributesOf(tag).name ?? "", attributesOf(option).value ?? ""];
    }),
  );
}

function textAreasOf(html: string): Record<string, string> {
  const areas = [...html.matchAll(/<textarea\b([^>]*)>([^<]*)<\/textarea>/gi)];
  return Object.fromEntries(areas.map(([, tag = "", text = ""]) => [attributesOf(tag).name ?? "", unescapeHtml(text)]));
}

function buttonsOf(html: string): Button[] {
  return [...html.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(([, tag = "", label = ""]) => {
    const { name = "", value = "", form, formaction: action } = attributesOf(` ${tag}`);
    return { name, value, label: label.trim(), form, action };
  });
}

/** The page's title. */
export function titleOf(html: string): string {
  return unescapeHtml(/<title>([^<]*)<\/title>/i.exec(html)?.[1] ?? "");
}
