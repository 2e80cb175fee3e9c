const samples = [
  /change[-_ ]?me/i,
  /^your[-_ ]|your-?domain|your_?github/i,
  /<[^>]*>/,
  /^x{3,}$/i,
  /^(\.{3}|…)$/,
  /^(todo|placeholder|none|secret|password)$/i,
  /replace[-_ ]?(me|this|with)/i,
  // RFC 2606 3: names that are nobody's
  /(^|[.@])example\.(com|org|net)$/i,
];

/** Whether a value is what an example holds until somebody puts in their own. */
export function isSampleValue(value: string): boolean {
  return samples.some((sample) => sample.test(value.trim()));
}
