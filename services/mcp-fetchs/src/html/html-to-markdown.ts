import { Parser } from "htmlparser2";
import { MarkdownWriter } from "./markdown-writer.ts";

/** What is not read by people. */
const unseen = new Set(["script", "style", "noscript", "template", "svg", "iframe", "object", "canvas", "select"]);
const paragraphs = new Set([
  ...[
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "nav",
    "aside",
    "figure",
    "figcaption",
    "blockquote",
  ],
  ...["ul", "ol", "dl", "table", "form", "fieldset", "address", "details", "title", "pre", "hr"],
  ...["h1", "h2", "h3", "h4", "h5", "h6"],
]);
const ownLine = new Set(["tr", "dt", "dd", "summary", "label", "br", "li"]);
/** As in browsers. Each open element costs: without a bound a small page could keep us busy for minutes. */
const deepest = 512;

class TooDeep extends Error {}

/**
 * The text of a page as Markdown: headings, links, lists, code and table cells are marked. Takes time in proportion to the
 * page's length, whatever is in it; what stands deeper than 512 elements, and after that, is left out.
 */
export function htmlToMarkdown(html: string, base: URL): string {
  const page = new Page(base);
  const parser = new Parser({
    onopentag: (name, attributes) => page.open(name, attributes),
    onclosetag: (name) => page.close(name),
    ontext: (text) => page.text(text),
  });
  try {
    parser.end(html);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
  }
  return page.markdown;
}

/** How far what is in an element stands from what is around it. @param lists that it is in */
function breakAround(name: string, lists: number): 1 | 2 | undefined {
  if (ownLine.has(name)) return 1;
  if (!paragraphs.has(name)) return undefined;
  return (name === "ul" || name === "ol") && lists > 0 ? 1 : 2;
}

class Page {
  readonly #writer = new MarkdownWriter();
  readonly #base: URL;
  #depth = 0;
  #unseen = 0;
  #pre = 0;
  readonly #links: (string | undefined)[] = [];
  /** Of each open list the number of its next item; undefined where items have none. */
  readonly #lists: (number | undefined)[] = [];

  constructor(base: URL) {
    this.#base = base;
  }

  get markdown(): string {
    return this.#writer.markdown;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#depth += 1;
    if (this.#depth > deepest) throw new TooDeep();
    if (unseen.has(name)) this.#unseen += 1;
    if (this.#unseen > 0) return;
    const lines = breakAround(name, this.#lists.length);
    if (lines !== undefined) this.#writer.begin(lines);
    if (/^h[1-6]$/.test(name)) this.#writer.open(`${"#".repeat(Number(name[1]))} `);
    else if (name === "a") this.#openLink(attributes.href);
    else if (name === "img") this.#image(attributes);
    else if (name === "ul" || name === "ol") this.#lists.push(name === "ol" ? 1 : undefined);
    else if (name === "li") this.#openItem();
    else if (name === "pre") this.#openPre();
    else if (name === "code" && this.#pre === 0) this.#writer.open("`");
    else if (name === "hr") this.#writer.verbatim("---");
  }

  close(name: string): void {
    this.#depth -= 1;
    if (unseen.has(name)) {
      this.#unseen -= 1;
      return;
    }
    if (this.#unseen > 0) return;
    if (name === "a") this.#closeLink();
    else if (name === "ul" || name === "ol") this.#lists.pop();
    else if (name === "pre") this.#closePre();
    else if (name === "code" && this.#pre === 0) this.#writer.close("`");
    else if (name === "td" || name === "th") this.#writer.text(" | ");
    const lines = breakAround(name, this.#lists.length);
    if (lines !== undefined) this.#writer.end(lines);
  }

  text(text: string): void {
    if (this.#unseen > 0) return;
    if (this.#pre > 0) this.#writer.verbatim(text);
    else this.#writer.text(text);
  }

  #openLink(href: string | undefined): void {
    const target = this.#urlOf(href);
    this.#links.push(target);
    if (target !== undefined) this.#writer.open("[");
  }

  #closeLink(): void {
    const target = this.#links.pop();
    if (target !== undefined) this.#writer.close(`](${target})`);
  }

  #image({ alt = "", src }: Readonly<Record<string, string>>): void {
    const target = this.#urlOf(src);
    if (alt.trim() !== "" && target !== undefined) this.#writer.verbatim(`![${alt.trim()}](${target})`);
  }

  #openItem(): void {
    const indent = "  ".repeat(Math.max(0, this.#lists.length - 1));
    const number = this.#lists.at(-1);
    if (number !== undefined) this.#lists[this.#lists.length - 1] = number + 1;
    this.#writer.open(`${indent}${number === undefined ? "-" : `${number}.`} `);
  }

  #openPre(): void {
    this.#pre += 1;
    if (this.#pre === 1) this.#writer.verbatim("```\n");
  }

  #closePre(): void {
    this.#pre -= 1;
    if (this.#pre === 0) this.#writer.verbatim("\n```");
  }

  /** Absolute; undefined for what leads nowhere a reader could go. */
  #urlOf(reference: string | undefined): string | undefined {
    if (reference === undefined || reference.startsWith("#") || !URL.canParse(reference, this.#base.href))
      return undefined;
    const { protocol, href } = new URL(reference, this.#base.href);
    return /^(https?|mailto):$/.test(protocol) ? href : undefined;
  }
}
