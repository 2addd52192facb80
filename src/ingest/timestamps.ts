import { parseIsoInstant, startOfDay } from '../core/time.ts';

/**
 * Reads canonical instants (`2026-01-02T03:04:05.678Z`) at the speed of the door: the rows of a sample share their
 * day and mostly their instant, so both are remembered. One reader a batch.
 */
export class InstantReader {
  #text: string | undefined;
  #textMs = 0;
  #day = '';
  #dayMs = Number.NaN;

  /** Epoch milliseconds of canonical text; undefined when the text is not canonical (which may still be an instant). */
  readCanonical(text: string): number | undefined {
    if (text === this.#text) return this.#textMs;
    if (text.length !== 24) return undefined;
    const day = text.slice(0, 10);
    if (day !== this.#day) {
      const known = parseIsoInstant(`${day}T00:00:00.000Z`);
      this.#day = day;
      this.#dayMs = known === undefined ? Number.NaN : startOfDay(day);
    }
    const withinDay = readTimeOfDay(text);
    if (withinDay < 0 || Number.isNaN(this.#dayMs)) return undefined;
    this.#text = text;
    this.#textMs = this.#dayMs + withinDay;
    return this.#textMs;
  }
}

/** Milliseconds of `THH:MM:SS.mmmZ` at offset 10, or -1. */
function readTimeOfDay(text: string): number {
  const separators = text[10] === 'T' && text[13] === ':' && text[16] === ':' && text[19] === '.' && text[23] === 'Z';
  if (!separators) return -1;
  const hour = readTwo(text, 11);
  const minute = readTwo(text, 14);
  const second = readTwo(text, 17);
  const tens = readTwo(text, 20);
  const unit = text.charCodeAt(22) - 48;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  if (tens < 0 || unit < 0 || unit > 9) return -1;
  return ((hour * 60 + minute) * 60 + second) * 1000 + tens * 10 + unit;
}

function readTwo(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const units = text.charCodeAt(at + 1) - 48;
  return tens < 0 || tens > 9 || units < 0 || units > 9 ? -1 : tens * 10 + units;
}
