/** A text as compose is to take it: what looks like one of compose's variables stays as written. */
export function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}
