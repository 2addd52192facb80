/** Percent-encoding, to bytes and to text. */

/** To a binary string, one character per byte; a `%` that starts no escape stays as it is. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** To text; bytes that are no UTF-8 become replacement characters, never an exception. */
export function decodeText(text: string): string {
  return text.includes('%') ? Buffer.from(decodePercent(text), 'latin1').toString('utf8') : text;
}

/** Decoded as form values are, except that `+` is a plus: AWS clients write a space as `%20`. */
export function parseQuery(query: string): readonly (readonly [string, string])[] {
  if (query === '') return [];
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      if (equals < 0) return [decodeText(part), ''];
      return [decodeText(part.slice(0, equals)), decodeText(part.slice(equals + 1))];
    });
}
