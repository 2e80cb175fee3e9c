/** The first `length` characters, with a word on what was cut; half of a character is never left. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(length - 1));
  const start = text.slice(0, isHalf ? length - 1 : length);
  return `${start}\n\n[Cut after ${length} of ${text.length} characters: a larger max_length gives more.]`;
}
