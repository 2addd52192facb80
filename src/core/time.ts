/** Times are milliseconds since the epoch, UTC, everywhere inside; these are the forms they take outside. */

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** `2018-03-19T22:48:25Z`: the form of AgentInfo, which clients parse without a fraction. */
export function formatIsoSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

/** `2016-10-28 23:44:00`, UTC. */
export function formatSecondsText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2016-10-28 23:44:00.0`: the form of attributes and of export files, UTC. */
export function formatTenths(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 21).replace('T', ' ');
}

/** `2018-03-19`: the partition value (`dt`) of an event at `timeMs`. */
export function formatDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** First millisecond of the UTC day `YYYY-MM-DD`. */
export function startOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`);
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Reads an ISO 8601 instant with a zone, to the millisecond. Undefined for anything else, impossible dates (30 February)
 * included, which `Date.parse` alone would roll over.
 */
export function parseIsoInstant(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const wallMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const wall = new Date(wallMs);
  if (wall.getUTCMonth() !== Number(month) - 1 || wall.getUTCDate() !== Number(day) || Number(hour) > 23)
    return undefined;
  if (Number(minute) > 59 || Number(second) > 59 || Number(year) < 1970) return undefined;
  const offset = parseOffsetMs(zone);
  return offset === undefined ? undefined : wallMs + Number(fraction.padEnd(3, '0').slice(0, 3)) - offset;
}

function parseOffsetMs(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 18 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}
