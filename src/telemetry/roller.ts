import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '../core/errors.ts';
import { TABLE_NAMES, type TableName } from '../core/records.ts';
import { formatSegmentNo, type SegmentIndex, type SegmentSection } from '../core/segment.ts';
import { DAY_MS, startOfDay } from '../core/time.ts';
import { readReportingThrough } from '../fleet/reporting.ts';
import { holdsLease, type Lease } from '../jobs/leases.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { LakeWriter } from '../ports/sql-engine.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import { copySections } from './copy-sections.ts';
import * as log from './log-store.ts';
import { composeCompaction, composeRoll } from './parquet-sql.ts';
import * as store from './store.ts';
import { advanceWatermark, recordVisibleThrough } from './watermark-store.ts';

export interface RollerPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly writer: LakeWriter;
}

export interface RollerOptions {
  readonly accountId: string;
  /** Local folder for what is being written; emptied before each roll. */
  readonly workDir: string;
  readonly rollBytesMax: number;
  readonly deniedAgents: ReadonlySet<string>;
  /** Held by whoever rolls this account. */
  readonly lease: Lease;
}

export interface RollReport {
  readonly rows: number;
  readonly files: number;
  readonly segments: number;
}

interface Claim {
  readonly after: number;
  readonly upTo: number;
  readonly segments: readonly log.SegmentRow[];
}

/** The lines of one table that a roll takes. */
interface Source {
  readonly table: TableName;
  readonly path: string;
  readonly sections: readonly SegmentSection[];
  readonly claim: Claim;
}

/**
 * Turns committed segments into Parquet. A claim fixes which segments a roll takes before it writes, so a roll that was
 * killed is done again over the same segments into the same keys; one transaction names all its files and moves the
 * cursor. Until then the files do not exist for any reader.
 */
export class Roller {
  readonly #ports: RollerPorts;
  readonly #options: RollerOptions;

  constructor(ports: RollerPorts, options: RollerOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Rolls what waits, up to the size of one roll. Undefined: nothing waits. The caller holds the lease. */
  async rollOnce(): Promise<RollReport | undefined> {
    const claim = await this.#claim();
    if (claim === undefined) return undefined;
    await this.#emptyWorkDir();
    const copied = await copySections(this.#ports.objects, claim.segments, this.#options.workDir);
    const files: store.NewDataFile[] = [];
    for (const [table, path] of copied.files) {
      const sections = copied.indexes.flatMap((index) => index.tables[table] ?? []);
      files.push(...(await this.#rollTable({ table, path, sections, claim })));
    }
    await this.#publish(claim, files, copied.indexes);
    await this.#ports.objects.delete(claim.segments.map((row) => row.objectKey));
    return {
      rows: files.reduce((sum, file) => sum + file.rows, 0),
      files: files.length,
      segments: claim.segments.length,
    };
  }

  async #claim(): Promise<Claim | undefined> {
    const { accountId, rollBytesMax } = this.#options;
    const { queries } = this.#ports.state;
    const cursor = await log.readCursor(queries, accountId);
    const waiting = await log.listSegments(queries, accountId, cursor.rolledSegmentNo, SEGMENTS_MAX);
    const upTo = cursor.claimedSegmentNo ?? lastThatFits(waiting, rollBytesMax);
    if (upTo === undefined) return undefined;
    if (cursor.claimedSegmentNo === undefined) await log.claimSegments(queries, accountId, upTo);
    return { after: cursor.rolledSegmentNo, upTo, segments: waiting.filter((row) => row.segmentNo <= upTo) };
  }

  async #rollTable(source: Source): Promise<store.NewDataFile[]> {
    const { table, path, sections } = source;
    const days = [...new Set(sections.flatMap((section) => section.days))].sort();
    const [only] = days;
    const files =
      only !== undefined && days.length === 1
        ? [await this.#rollDay(source, only)]
        : await this.#rollDays(source, days);
    await rm(path, { force: true });
    const expected = sections.reduce((sum, section) => sum + section.rows, 0);
    const rolled = files.reduce((sum, file) => sum + file.rows, 0);
    assert(rolled === expected, `a roll of ${table} keeps its ${expected} rows, not ${rolled}`);
    return files;
  }

  /** Nearly always: agents send what they just saw. */
  async #rollDay(source: Source, day: string): Promise<store.NewDataFile> {
    const target = this.#localPath(source, day);
    const rows = await this.#copy(composeRoll({ ...this.#rollOf(source), target, isSorted: false }));
    return this.#store(source, { day, target, rows });
  }

  /** Late rows of many days: the lines are read once, into a sorted file that each day is cut from. */
  async #rollDays(source: Source, days: readonly string[]): Promise<store.NewDataFile[]> {
    const staged = this.#localPath(source, 'all');
    await this.#copy(composeRoll({ ...this.#rollOf(source), target: staged, isSorted: true }));
    const files: store.NewDataFile[] = [];
    for (const day of days) {
      const target = this.#localPath(source, day);
      const span = { fromMs: startOfDay(day), toMs: startOfDay(day) + DAY_MS };
      const cut = { table: source.table, sources: [staged], target, ...spanOf(source.claim), ...span };
      files.push(await this.#store(source, { day, target, rows: await this.#copy(composeCompaction(cut)) }));
    }
    await rm(staged, { force: true });
    return files;
  }

  async #store(source: Source, made: { day: string; target: string; rows: number }): Promise<store.NewDataFile> {
    const { table, claim } = source;
    const { day, target, rows } = made;
    const span = spanOf(claim);
    const checksum = await hashFile(target);
    const name = `${formatSegmentNo(span.firstSegmentNo)}-${formatSegmentNo(span.lastSegmentNo)}`;
    const objectKey = `telemetry/${this.#options.accountId}/${table}/dt=${day}/${name}.parquet`;
    const { sizeBytes } = await this.#ports.objects.putFile(objectKey, target);
    const createdAtMs = this.#ports.clock.nowMs();
    return {
      table,
      day,
      objectKey,
      ...span,
      pass: 0,
      rows,
      sizeBytes,
      checksum,
      ...eventSpan(day, source.sections),
      createdAtMs,
    };
  }

  /** Runs a COPY; the rows it wrote. */
  async #copy(statement: string): Promise<number> {
    const [result] = await this.#ports.writer.run(statement);
    return Number(result?.Count);
  }

  #rollOf({ table, path, claim }: Source) {
    return { table, accountId: this.#options.accountId, source: path, ...spanOf(claim) };
  }

  #localPath({ table }: Source, name: string): string {
    return join(this.#options.workDir, `${table}-${name}.parquet`);
  }

  async #publish(claim: Claim, files: readonly store.NewDataFile[], indexes: readonly SegmentIndex[]): Promise<void> {
    const { accountId, lease, deniedAgents } = this.#options;
    await this.#ports.state.transaction(async (tx) => {
      const nowMs = this.#ports.clock.nowMs();
      assert(await holdsLease(tx, lease, nowMs), `the lease ${lease.name} is still held`);
      assert(await log.finishClaim(tx, accountId, claim), 'the log stands where the roll began');
      await store.insertFiles(tx, accountId, files);
      await recordVisibleThrough(tx, accountId, newestEvents(indexes));
      const through = await readReportingThrough(tx, accountId, { nowMs, deniedAgents });
      if (through === undefined) return;
      for (const table of TABLE_NAMES) await advanceWatermark(tx, accountId, table, through);
    });
  }

  async #emptyWorkDir(): Promise<void> {
    await rm(this.#options.workDir, { recursive: true, force: true });
    await mkdir(this.#options.workDir, { recursive: true });
  }
}

/** Segments that one roll takes at most. */
const SEGMENTS_MAX = 1000;

function lastThatFits(waiting: readonly log.SegmentRow[], bytesMax: number): number | undefined {
  let bytes = 0;
  let last: number | undefined;
  for (const row of waiting) {
    bytes += row.sizeBytes;
    if (last !== undefined && bytes > bytesMax) break;
    last = row.segmentNo;
  }
  return last;
}

function spanOf(claim: Claim): { firstSegmentNo: number; lastSegmentNo: number } {
  return { firstSegmentNo: claim.after + 1, lastSegmentNo: claim.upTo };
}

/** First and last event a file of `day` can hold. */
function eventSpan(day: string, sections: readonly SegmentSection[]): { minEventMs: number; maxEventMs: number } {
  const dayMs = startOfDay(day);
  return {
    minEventMs: Math.max(dayMs, Math.min(...sections.map((section) => section.minEventMs))),
    maxEventMs: Math.min(dayMs + DAY_MS - 1, Math.max(...sections.map((section) => section.maxEventMs))),
  };
}

function newestEvents(indexes: readonly SegmentIndex[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { agents } of indexes) {
    for (const [agentId, maxEventMs] of agents)
      newest.set(agentId, Math.max(newest.get(agentId) ?? maxEventMs, maxEventMs));
  }
  return newest;
}

/** SHA-256 of a file, hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
