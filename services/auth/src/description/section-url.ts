/** Where an RFC's section can be read: `RFC 7009 2`. Undefined for other standards. */
export function sectionUrl(rule: string): string | undefined {
  const [, number, section] = /^RFC (\d+) ([\d.]+)$/.exec(rule) ?? [];
  return number && `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`;
}
