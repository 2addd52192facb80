/** The three timestamp formats of the protocols, read strictly. Inside, a time is epoch milliseconds. */

import type { TimestampFormat } from '../model/schema.ts';

const TIME_MS_MAX = 8.64e15;
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/;
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2014-04-29T18:30:38.5Z`, always UTC; undefined for anything else, 30 February included. */
export function parseStrictDateTime(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction] = match;
  return instant(`${year}-${month}-${day}`, `${hour}:${minute}:${second}`, fraction);
}

/** `Tue, 29 Apr 2014 18:30:38 GMT`. */
export function parseHttpDate(text: string): number | undefined {
  const match = HTTP_DATE.exec(text);
  if (match === null) return undefined;
  const [, day, monthName, year, hour, minute, second, fraction] = match;
  const month = String(MONTHS.indexOf(monthName!) + 1).padStart(2, '0');
  return instant(`${year}-${month}-${day}`, `${hour}:${minute}:${second}`, fraction);
}

export function parseEpochSeconds(seconds: number): number | undefined {
  const timeMs = Math.round(seconds * 1000);
  return Math.abs(timeMs) <= TIME_MS_MAX ? timeMs : undefined;
}

/** A timestamp that stands as text: header, label, query, XML. */
export function parseTimestampText(text: string, format: TimestampFormat): number | undefined {
  if (format === 'date-time') return parseStrictDateTime(text);
  if (format === 'http-date') return parseHttpDate(text);
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? parseEpochSeconds(Number(text)) : undefined;
}

export function formatTimestamp(timeMs: number, format: TimestampFormat, showsMilliseconds = false): string | number {
  if (format === 'epoch-seconds') return timeMs / 1000;
  if (format === 'http-date') return new Date(timeMs).toUTCString();
  const text = new Date(timeMs).toISOString();
  return showsMilliseconds ? text : text.replace(/\.?0*Z$/, 'Z');
}

function instant(day: string, time: string, fraction = ''): number | undefined {
  const timeMs = Date.parse(`${day}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (Number.isNaN(timeMs)) return undefined;
  // Date.parse rolls 30 February over into March; the text must come back as it went in.
  return new Date(timeMs).toISOString().startsWith(`${day}T${time}`) ? timeMs : undefined;
}
