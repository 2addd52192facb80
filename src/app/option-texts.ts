/** The forms people write durations, sizes and lists in. Each throws an Error that says what it wants. */

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15s`, `500ms`, `2h`; milliseconds. */
export function parseDurationMs(text: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text.trim());
  if (match === null) throw new Error('must be a time such as 500ms, 15s, 5m or 2h');
  return Math.round(Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? 0));
}

const UNITS_BYTES: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** `512MiB`, `1GiB`, `1048576`; bytes. */
export function parseBytes(text: string): number {
  const match = /^(\d{1,15})(KiB|MiB|GiB|TiB)?$/.exec(text.trim());
  if (match === null) throw new Error('must be a size such as 512MiB or 2GiB');
  return Number(match[1]) * (UNITS_BYTES[match[2] ?? ''] ?? 0);
}

/** Comma-separated; blanks around items go, empty text is no item. */
export function parseList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
