/** Puts Markdown together: runs of white space become one, between blocks there is one empty line. */
export class MarkdownWriter {
  readonly #parts: string[] = [];
  /** Line breaks and a space that stand before what comes next, if anything comes. */
  #breaks = 0;
  #space = false;
  /** Something was opened, which the next text follows without white space. */
  #isOpen = false;

  get markdown(): string {
    return this.#parts.join("");
  }

  /** Text in which white space means nothing more than that there is some. */
  text(text: string): void {
    const words = text.replace(/[\t\n\f\r ]+/g, " ");
    if (words.startsWith(" ") && !this.#isOpen) this.#space = true;
    const inner = words.trim();
    if (inner === "") return;
    this.verbatim(inner);
    this.#space = words.endsWith(" ");
  }

  /** Text that stays as it is, after what was due before it. */
  verbatim(text: string): void {
    if (this.#parts.length > 0) {
      if (this.#breaks > 0) this.#parts.push("\n".repeat(this.#breaks));
      else if (this.#space) this.#parts.push(" ");
    }
    this.#breaks = 0;
    this.#space = false;
    this.#isOpen = false;
    this.#parts.push(text);
  }

  /** A mark that the next text, or block, follows at once. */
  open(mark: string): void {
    this.verbatim(mark);
    this.#isOpen = true;
  }

  /** A mark that follows the text before it at once; the white space between comes after it. */
  close(mark: string): void {
    const isApart = this.#space;
    this.#space = false;
    this.verbatim(mark);
    this.#space = isApart;
  }

  /** A new line, or with 2 a new paragraph, where a block begins. */
  begin(lines: 1 | 2): void {
    if (!this.#isOpen) this.end(lines);
  }

  /** The same where one ends. */
  end(lines: 1 | 2): void {
    this.#isOpen = false;
    this.#breaks = Math.max(this.#breaks, lines);
  }
}
