import { DAY_MS, formatDay, HOUR_MS, startOfDay } from '../core/time.ts';
import type { DataFile } from './store.ts';

/** Small files that today may gather before they are merged. */
export const TODAY_FILES_MAX = 64;
/** Late files that a finished day may gather. */
export const LATE_FILES_MAX = 8;
/** A day is finished when its table is complete this long past its end. */
export const SETTLE_MS = HOUR_MS;
/** A day this long over is finished even when one agent's clock keeps the table from ever being complete. */
export const FINISHED_AFTER_MS = 2 * DAY_MS;
/** Late rows are merged at the latest when this long nothing more came. */
export const LATE_QUIET_MS = DAY_MS;
/** A compacted file is split beyond this. */
export const FILE_BYTES_TARGET = 512 * 1024 * 1024;

export interface DayFacts {
  readonly day: string;
  /** Live files of one table and day whose copies are all in the same places, by first segment. */
  readonly files: readonly DataFile[];
  readonly validThroughMs: number | undefined;
  readonly nowMs: number;
}

/** Which files of a table's day to merge now; none when it is fine as it is. */
export function planCompaction(facts: DayFacts): readonly DataFile[] {
  const endMs = startOfDay(facts.day) + DAY_MS;
  const isComplete = (facts.validThroughMs ?? 0) >= endMs + SETTLE_MS;
  const isFinished = facts.day < formatDay(facts.nowMs) && (isComplete || facts.nowMs >= endMs + FINISHED_AFTER_MS);
  return isFinished ? planFinishedDay(facts, endMs + SETTLE_MS) : planOpenDay(facts.files);
}

/** Everything into one sorted file: at first, and again when late rows have come and settled. */
function planFinishedDay({ files, nowMs }: DayFacts, settledAtMs: number): readonly DataFile[] {
  if (files.length <= partsOf(files)) return [];
  const isCompacted = files.some((file) => file.pass > 0 && file.createdAtMs >= settledAtMs);
  const late = files.filter((file) => file.pass === 0);
  const newestMs = Math.max(...files.map((file) => file.createdAtMs));
  const isDue = !isCompacted || late.length >= LATE_FILES_MAX || (late.length > 0 && nowMs - newestMs >= LATE_QUIET_MS);
  return isDue ? files : [];
}

/** In passes: as many files of the same pass as make a step, the least merged ones first. */
function planOpenDay(files: readonly DataFile[]): readonly DataFile[] {
  const passes = [...new Set(files.map((file) => file.pass))].sort((a, b) => a - b);
  for (const pass of passes) {
    const alike = files.filter((file) => file.pass === pass);
    if (alike.length >= TODAY_FILES_MAX) return alike.slice(0, TODAY_FILES_MAX);
  }
  return [];
}

/** Into how many files a merge of these goes. */
export function partsOf(files: readonly DataFile[]): number {
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return Math.max(1, Math.ceil(bytes / FILE_BYTES_TARGET));
}
