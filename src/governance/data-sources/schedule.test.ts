import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InvalidError } from '../errors.ts';
import { parseSchedule, zoneOf } from './schedule.ts';

const next = (schedule: string, fromIso: string, timezone?: string) => {
  const parsed = parseSchedule({ schedule, timezone });
  const timeMs = parsed?.nextAfter(Date.parse(fromIso));
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString();
};

test('no expression is no schedule, whatever the time zone', () => {
  expect(parseSchedule({})).toBeUndefined();
  expect(parseSchedule({ timezone: 'CET' })).toBeUndefined();
});

test('a schedule fires at its minute, UTC unless a zone is named', () => {
  expect(next('cron(7 22 * * ? *)', '2026-03-01T00:00:00Z')).toBe('2026-03-01T22:07:00.000Z');
  expect(next('cron(7 22 * * ? *)', '2026-03-01T22:07:00Z')).toBe('2026-03-02T22:07:00.000Z');
  expect(next('cron(7 22 * * ? *)', '2026-03-01T00:00:00Z', 'ASIA_TOKYO')).toBe('2026-03-01T13:07:00.000Z');
  expect(next('cron(7 22 * * ? *)', '2026-03-01T00:00:00Z', 'ETC_GMT_ADD_3')).toBe('2026-03-01T01:07:00.000Z');
});

test('days of the week count from Sunday, and either kind of day may fire', () => {
  expect(next('cron(0 8 ? * 1 *)', '2026-03-02T00:00:00Z')).toBe('2026-03-08T08:00:00.000Z');
  expect(next('cron(0 8 ? * MON-FRI *)', '2026-03-07T00:00:00Z')).toBe('2026-03-09T08:00:00.000Z');
  expect(next('cron(0 8 5 * 1 *)', '2026-03-02T00:00:00Z')).toBe('2026-03-05T08:00:00.000Z');
  expect(next('cron(0 8 ? * 6#3 *)', '2026-03-01T00:00:00Z')).toBe('2026-03-20T08:00:00.000Z');
  expect(next('cron(0 8 ? * L *)', '2026-03-01T00:00:00Z')).toBe('2026-03-07T08:00:00.000Z');
});

test('steps from a number, last days and nearest weekdays', () => {
  expect(next('cron(0 8 5/10 * ? *)', '2026-03-06T00:00:00Z')).toBe('2026-03-15T08:00:00.000Z');
  expect(next('cron(0 8 L * ? *)', '2026-02-01T00:00:00Z')).toBe('2026-02-28T08:00:00.000Z');
  expect(next('cron(0 8 15W * ? *)', '2026-08-01T00:00:00Z')).toBe('2026-08-14T08:00:00.000Z');
});

test('a year that is over never fires again', () => {
  expect(next('cron(0 8 1 JAN ? 2025)', '2026-01-01T00:00:00Z')).toBeUndefined();
});

test('a skipped local time fires right after the gap, a repeated one only first', () => {
  expect(next('cron(30 2 * * ? *)', '2026-03-28T12:00:00Z', 'EUROPE_PARIS')).toBe('2026-03-29T01:00:00.000Z');
  expect(next('cron(30 2 * * ? *)', '2026-10-24T12:00:00Z', 'EUROPE_PARIS')).toBe('2026-10-25T00:30:00.000Z');
  expect(next('cron(30 2 * * ? *)', '2026-10-25T00:30:00Z', 'EUROPE_PARIS')).toBe('2026-10-26T01:30:00.000Z');
});

test.each([
  ['every day cron(7 22 * * ? *)', 'nothing may stand before'],
  ['cron(7 22 * * ? *) or so', 'nothing may stand before'],
  ['cron(7 22 * * ? * *)', '7 fields'],
  ['cron(7 22 32 * ? *)', 'day of month 32'],
  ['cron(7 22 0 * ? *)', 'day of month 0'],
  ['cron(7 22 * 13 ? *)', 'month 13'],
  ['cron(7 22 * FOO ? *)', 'FOO'],
  ['cron(7 22 ? * 8 *)', 'day of week 8'],
  ['cron(7 22 ? * ABC *)', 'ABC'],
  ['cron(7 22 * * ? 1969)', 'year 1969'],
  ['cron(7 22 * * ? 2200)', 'year 2200'],
])('%s is refused', (schedule, reason) => {
  expect(() => parseSchedule({ schedule })).toThrow(InvalidError);
  expect(() => parseSchedule({ schedule })).toThrow(reason);
});

test('the first and the last year are taken', () => {
  expect(next('cron(7 22 1 1 ? 2199)', '2026-01-01T00:00:00Z')).toBe('2199-01-01T22:07:00.000Z');
  expect(next('cron(7 22 1 1 ? 1970)', '1969-12-31T00:00:00Z')).toBe('1970-01-01T22:07:00.000Z');
});

test('every zone of the model is one that the runtime knows', () => {
  const model = JSON.parse(readFileSync('models/datazone.json', 'utf8')) as {
    shapes: Record<string, { members: Record<string, unknown> }>;
  };
  const shape = Object.entries(model.shapes).find(([id]) => id.endsWith('#Timezone'))?.[1];
  const values = Object.values(shape?.members ?? {}) as { traits: Record<string, string> }[];
  const names = values.map(({ traits }) => traits['smithy.api#enumValue'] ?? '');
  expect(names).toHaveLength(64);
  for (const name of names) expect(new Intl.DateTimeFormat('en', { timeZone: zoneOf(name) })).toBeDefined();
  expect(zoneOf('ETC_GMT_NEG_3')).toBe('Etc/GMT-3');
  expect(zoneOf('US_EASTERN')).toBe('US/Eastern');
  expect(zoneOf('ASIA_HONG_KONG')).toBe('Asia/Hong_Kong');
});
