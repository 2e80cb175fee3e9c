/**
 * A text that a stranger chose, made fit to be shown to a person who decides by it (security.md 11): no control,
 * bidirectional or invisible characters, no towers of marks, one line, bounded.
 * @returns undefined when nothing visible is left
 */
export function displayText(text: unknown, longest = 80): string | undefined {
  if (typeof text !== "string") return undefined;
  const visible = text
    .normalize("NFC")
    .replace(/[\p{Z}\s\u2800]+/gu, " ")
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .trim();
  if (visible === "") return undefined;
  const characters = [...visible];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : visible;
}
