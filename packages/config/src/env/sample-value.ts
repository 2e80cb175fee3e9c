const samples = [
  /change[-_ ]?me/i,
  /^your[-_ ]|your-?domain|your_?github/i,
  /<[^>]*>/,
  /^([a-z]+_)*x{3,}(\.{3}|…)?$/i,
  /^user1\s*,\s*user2\b/i, // either alone may be somebody
  /^(\.{3}|…)$/,
  /^(todo|placeholder|none|secret|password)$/i,
  /replace[-_ ]?(me|this|with)/i,
  // RFC 2606 3: names that are nobody's
  /(^|[.@])example\.(com|org|net)$/i,
];

/** Whether a value, or an entry of one that is a list by commas, is what an example holds until somebody puts in their own. */
export function isSampleValue(value: string): boolean {
  const whole = value.trim();
  return [whole, ...whole.split(/\s*,\s*/)].some((part) => samples.some((sample) => sample.test(part)));
}
