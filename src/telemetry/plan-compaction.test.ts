import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, startOfDay } from '../core/time.ts';
import {
  type DayFacts,
  FILE_BYTES_TARGET,
  LATE_FILES_MAX,
  planCompaction,
  TODAY_FILES_MAX,
} from './plan-compaction.ts';
import type { DataFile } from './store.ts';

const DAY = '2026-03-10';
const DAY_MS_START = startOfDay(DAY);
const SETTLED_MS = DAY_MS_START + DAY_MS + HOUR_MS;

function files(count: number, more: Partial<DataFile> = {}): DataFile[] {
  return Array.from({ length: count }, (_, index) => ({
    fileId: index + 1,
    table: 'processes_agent',
    day: DAY,
    objectKey: `k${index}`,
    firstSegmentNo: index + 1,
    lastSegmentNo: index + 1,
    pass: 0,
    rows: 1,
    sizeBytes: 1000,
    checksum: '',
    minEventMs: 0,
    maxEventMs: 0,
    createdAtMs: DAY_MS_START,
    ...more,
  }));
}

const today = (some: DataFile[]): DayFacts => ({
  day: DAY,
  files: some,
  validThroughMs: DAY_MS_START + HOUR_MS,
  nowMs: DAY_MS_START + HOUR_MS,
});
const finished = (some: DataFile[], nowMs = SETTLED_MS + HOUR_MS): DayFacts => ({
  day: DAY,
  files: some,
  validThroughMs: SETTLED_MS,
  nowMs,
});

test('today is merged a step at a time, the files that were merged least first', () => {
  expect(planCompaction(today(files(TODAY_FILES_MAX - 1)))).toEqual([]);
  expect(planCompaction(today(files(TODAY_FILES_MAX + 5)))).toHaveLength(TODAY_FILES_MAX);
  const mixed = [...files(TODAY_FILES_MAX, { pass: 1 }), ...files(TODAY_FILES_MAX)];
  expect(planCompaction(today(mixed)).every((file) => file.pass === 0)).toBe(true);
});

test('a finished day becomes one file, and is then left alone', () => {
  expect(planCompaction(finished(files(3)))).toHaveLength(3);
  expect(planCompaction(finished(files(1)))).toEqual([]);
  expect(planCompaction({ ...finished(files(3)), validThroughMs: SETTLED_MS - 1 })).toEqual([]);
  expect(planCompaction({ ...finished(files(3)), validThroughMs: undefined })).toEqual([]);
});

test('late files are merged when they are many or nothing more comes', () => {
  const merged = files(1, { pass: 1, createdAtMs: SETTLED_MS });
  const late = (count: number) => files(count, { createdAtMs: SETTLED_MS });
  expect(planCompaction(finished([...merged, ...late(1)]))).toEqual([]);
  expect(planCompaction(finished([...merged, ...late(LATE_FILES_MAX)]))).toHaveLength(LATE_FILES_MAX + 1);
  expect(planCompaction(finished([...merged, ...late(1)], SETTLED_MS + DAY_MS))).toHaveLength(2);
});

test('a day that fills its files already stays as it is', () => {
  expect(planCompaction(finished(files(2, { sizeBytes: FILE_BYTES_TARGET })))).toEqual([]);
});
