/**
 * When a scheduled data source runs: six fields in AWS's manner, minute and hour one number each, so at most once a day. The
 * model's pattern has been checked; this refuses what the pattern lets through (datazone.md §7, decision D29).
 */

import { Cron } from 'croner';
import { InvalidError } from '../errors.ts';
import type { ScheduleSetting } from './data-source.ts';

export interface Schedule {
  /** The first tick after `timeMs`; undefined when there is none any more. */
  nextAfter(timeMs: number): number | undefined;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12 },
  { name: 'day of week', min: 1, max: 7 },
  { name: 'year', min: 1970, max: 2199 },
];
const DAY_OF_WEEK = 4;

/** Undefined for a setting that says nothing: on demand only. @throws InvalidError */
export function parseSchedule({ schedule, timezone = 'UTC' }: ScheduleSetting): Schedule | undefined {
  if (schedule === undefined) return undefined;
  const fields = readFields(schedule);
  const pattern = `0 ${fields.map(translate).join(' ')}`;
  const cron = compile(pattern, zoneOf(timezone));
  return { nextAfter: (timeMs) => cron.nextRun(new Date(timeMs))?.getTime() };
}

function readFields(text: string): readonly string[] {
  const inside = /^cron\(([^()]*)\)$/.exec(text)?.[1];
  if (inside === undefined) throw refusal('nothing may stand before cron( or after its )');
  const fields = inside.split(' ');
  if (fields.length !== FIELDS.length) throw refusal(`${fields.length} fields instead of ${FIELDS.length}`);
  for (const [at, field] of FIELDS.entries()) checkNumbers(fields[at] ?? '', field);
  return fields;
}

/** Numbers that count, not those that say how many steps or which one of a month. */
function checkNumbers(text: string, { name, min, max }: Field): void {
  for (const [, digits] of text.matchAll(/(?<![#/\d])(\d+)/g)) {
    const value = Number(digits);
    if (value < min || value > max) throw refusal(`${name} ${value} is not within ${min}..${max}`);
  }
}

/** Into the words of the library: no `?`, no step from a bare number, no lone `L` for Saturday. */
function translate(text: string, at: number): string {
  const { max } = FIELDS[at] as Field;
  const items = text.split(',').map((item) => {
    if (item === '?') return '*';
    if (item === 'L' && at === DAY_OF_WEEK) return String(max);
    return item.replace(/^(\d+)\//, `$1-${max}/`);
  });
  return items.join(',');
}

function compile(pattern: string, timezone: string): Cron {
  try {
    // Days of the week are 1 to 7 from Sunday on; both kinds of days restricted means that either may fire.
    return new Cron(pattern, { timezone, mode: '7-part', alternativeWeekdays: true, paused: true });
  } catch (error) {
    throw refusal((error as Error).message.replace(/^CronPattern: /, ''));
  }
}

function refusal(reason: string): InvalidError {
  return new InvalidError(`Invalid schedule expression: ${reason}`);
}

/** Zones whose names do not follow from those of the enum. */
const ZONES: Readonly<Record<string, string>> = {
  UTC: 'UTC',
  CET: 'CET',
  CST6CDT: 'CST6CDT',
  MST7MDT: 'MST7MDT',
  ISRAEL: 'Israel',
  ETC_GMT: 'Etc/GMT',
  ETC_GMT0: 'Etc/GMT0',
};

/** The IANA name of a zone of the enum. */
export function zoneOf(timezone: string): string {
  const known = ZONES[timezone];
  if (known !== undefined) return known;
  const offset = /^ETC_GMT_(ADD|NEG)_(\d+)$/.exec(timezone);
  if (offset !== null) return `Etc/GMT${offset[1] === 'ADD' ? '+' : '-'}${offset[2]}`;
  const [area = '', ...rest] = timezone.split('_');
  const title = (word: string) => word.charAt(0) + word.slice(1).toLowerCase();
  return `${area === 'US' ? area : title(area)}/${rest.map(title).join('_')}`;
}
