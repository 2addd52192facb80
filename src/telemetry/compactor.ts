import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '../core/errors.ts';
import { formatSegmentNo } from '../core/segment.ts';
import { DAY_MS, formatDay, startOfDay } from '../core/time.ts';
import { holdsLease, type Lease } from '../jobs/leases.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { LakeWriter } from '../ports/sql-engine.ts';
import type { StateStore } from '../ports/state/state-store.ts';
import type { CopyHolder } from './copy-holder.ts';
import type { LogFollower } from './log-follower.ts';
import { composeBoundaries, composeCompaction } from './parquet-sql.ts';
import { partsOf, planCompaction } from './plan-compaction.ts';
import { hashFile } from './roller.ts';
import * as store from './store.ts';
import { listWatermarks } from './watermark-store.ts';

export interface CompactorPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly writer: LakeWriter;
  readonly copies: CopyHolder;
  readonly followers: readonly LogFollower[];
}

export interface CompactorOptions {
  readonly accountId: string;
  readonly workDir: string;
  /** Days of data to keep; 0 keeps everything. */
  readonly retentionDays: number;
  readonly lease: Lease;
}

/** Un-named bytes stay this long for queries that hold them open. */
export const GRACE_MS = 60 * 60_000;
/** A merge that failed is tried again after this. */
export const REST_MS = 60 * 60_000;

/**
 * Merges small files into sorted ones and ends the days that are past retention. The new bytes are written first; one
 * transaction un-names the old files and names the new, here and in every copy, so no reader sees both or neither.
 */
export class Compactor {
  readonly #ports: CompactorPorts;
  readonly #options: CompactorOptions;
  /** Until when a table's day that could not be merged is left alone. */
  readonly #restUntilMs = new Map<string, number>();

  constructor(ports: CompactorPorts, options: CompactorOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Merges one group of files. False: there is nothing to merge. The caller holds the lease. */
  async compactOnce(): Promise<boolean> {
    const { state, clock } = this.#ports;
    const watermarks = await listWatermarks(state.queries, this.#options.accountId);
    for (const { table, day, files } of await store.listDayCounts(state.queries, this.#options.accountId)) {
      const isResting = clock.nowMs() < (this.#restUntilMs.get(`${table}/${day}`) ?? 0);
      if (files < 2 || isResting) continue;
      const chosen = await this.#choose(table, day, watermarks.get(table));
      if (chosen.length === 0) continue;
      await this.#mergeOrRest(`${table}/${day}`, chosen);
      return true;
    }
    return false;
  }

  async #choose(table: string, day: string, validThroughMs: number | undefined): Promise<readonly store.DataFile[]> {
    const through = await this.#readFollowedThrough();
    const found = await store.listDayFiles(this.#ports.state.queries, this.#options.accountId, table, day);
    const followed = found.filter((file) => file.lastSegmentNo <= through);
    for (const files of await this.#groupByPlacement(followed)) {
      const chosen = planCompaction({ day, files, validThroughMs, nowMs: this.#ports.clock.nowMs() });
      if (chosen.length > 0) return chosen;
    }
    return [];
  }

  async #readFollowedThrough(): Promise<number> {
    const { followers, state } = this.#ports;
    const through = followers.map((one) => one.readFollowedThrough(state.queries, this.#options.accountId));
    return Math.min(...(await Promise.all(through)));
  }

  /** One file that cannot be read must not keep all other days from being merged. */
  async #mergeOrRest(place: string, files: readonly store.DataFile[]): Promise<void> {
    try {
      await this.#merge(files);
      this.#restUntilMs.delete(place);
    } catch (error) {
      this.#restUntilMs.set(place, this.#ports.clock.nowMs() + REST_MS);
      throw error;
    }
  }

  /** Un-names one table's day that is past retention. False: there is none. */
  async expireOnce(): Promise<boolean> {
    const { retentionDays, accountId } = this.#options;
    if (retentionDays === 0) return false;
    const { queries } = this.#ports.state;
    const oldest = formatDay(this.#ports.clock.nowMs() - retentionDays * DAY_MS);
    const expired = (await store.listDayCounts(queries, accountId)).find(({ day }) => day < oldest);
    if (expired === undefined) return false;
    const files = await store.listDayFiles(queries, accountId, expired.table, expired.day);
    await this.#swap(files, []);
    return true;
  }

  /** Deletes the bytes of files whose grace is over. */
  async cleanUp(): Promise<void> {
    const { state, objects, copies, clock } = this.#ports;
    const { accountId } = this.#options;
    for (;;) {
      const files = await store.listRemovedFiles(state.queries, accountId, clock.nowMs() - GRACE_MS, 100);
      if (files.length === 0) return;
      const fileIds = files.map((file) => file.fileId);
      await objects.delete([
        ...files.map((file) => file.objectKey),
        ...(await copies.listCopyKeys(state.queries, fileIds)),
      ]);
      await state.transaction(async (tx) => {
        await copies.forgetCopies(tx, fileIds);
        await store.forgetFiles(tx, accountId, fileIds);
      });
    }
  }

  async #groupByPlacement(files: readonly store.DataFile[]): Promise<store.DataFile[][]> {
    const placements = await this.#ports.copies.placements(this.#ports.state.queries, files);
    const settled = files.filter((file) => placements.has(file.fileId));
    return [...Map.groupBy(settled, (file) => placements.get(file.fileId)).values()];
  }

  async #merge(files: readonly store.DataFile[]): Promise<void> {
    await rm(this.#options.workDir, { recursive: true, force: true });
    await mkdir(this.#options.workDir, { recursive: true });
    const bounds = await this.#boundaries(files);
    const added: store.NewDataFile[] = [];
    for (const [index, bound] of bounds.entries())
      added.push(await this.#writePart(files, { ...bound, part: bounds.length === 1 ? undefined : index }));
    const before = files.reduce((sum, file) => sum + file.rows, 0);
    const after = added.reduce((sum, file) => sum + file.rows, 0);
    assert(before === after, `a compaction keeps its ${before} rows, not ${after}`);
    await this.#swap(files, added);
  }

  /** Event-time spans of about the same number of rows, one a part. */
  async #boundaries(files: readonly store.DataFile[]): Promise<{ fromMs: number; toMs: number }[]> {
    const first = files[0];
    assert(first !== undefined, 'a compaction has files');
    const dayMs = startOfDay(first.day);
    const parts = partsOf(files);
    const inner = parts === 1 ? [] : await this.#quantiles(files, parts);
    const edges = [...new Set([dayMs, ...inner, dayMs + DAY_MS])].sort((a, b) => a - b);
    return edges.slice(1).map((toMs, index) => ({ fromMs: edges[index] ?? dayMs, toMs }));
  }

  async #quantiles(files: readonly store.DataFile[], parts: number): Promise<number[]> {
    const [row] = await this.#ports.writer.run(composeBoundaries(this.#sourcesOf(files), parts));
    const edges = row?.edges;
    assert(Array.isArray(edges), 'quantiles are a list');
    return edges.map(Number);
  }

  async #writePart(
    files: readonly store.DataFile[],
    span: { fromMs: number; toMs: number; part: number | undefined },
  ): Promise<store.NewDataFile> {
    const sources = this.#sourcesOf(files);
    const { table, day } = sources;
    const target = join(this.#options.workDir, `part-${span.part ?? 0}.parquet`);
    const [result] = await this.#ports.writer.run(
      composeCompaction({ ...sources, target, fromMs: span.fromMs, toMs: span.toMs }),
    );
    const checksum = await hashFile(target);
    const pass = 1 + Math.max(...files.map((file) => file.pass));
    const part = span.part === undefined ? '' : `-p${span.part}`;
    const name = `${formatSegmentNo(sources.firstSegmentNo)}-${formatSegmentNo(sources.lastSegmentNo)}${part}-c${pass}`;
    const objectKey = `telemetry/${this.#options.accountId}/${table}/dt=${day}/${name}.parquet`;
    const { sizeBytes } = await this.#ports.objects.putFile(objectKey, target);
    return {
      table,
      day,
      objectKey,
      firstSegmentNo: sources.firstSegmentNo,
      lastSegmentNo: sources.lastSegmentNo,
      pass,
      rows: Number(result?.Count),
      sizeBytes,
      checksum,
      minEventMs: Math.max(span.fromMs, Math.min(...files.map((file) => file.minEventMs))),
      maxEventMs: Math.min(span.toMs - 1, Math.max(...files.map((file) => file.maxEventMs))),
      createdAtMs: this.#ports.clock.nowMs(),
    };
  }

  #sourcesOf(files: readonly store.DataFile[]) {
    const first = files[0];
    assert(first !== undefined, 'a compaction has files');
    return {
      table: first.table,
      day: first.day,
      sources: files.map((file) => this.#ports.objects.locate(file.objectKey)),
      firstSegmentNo: Math.min(...files.map((file) => file.firstSegmentNo)),
      lastSegmentNo: Math.max(...files.map((file) => file.lastSegmentNo)),
    };
  }

  async #swap(removed: readonly store.DataFile[], added: readonly store.NewDataFile[]): Promise<void> {
    const { state, clock, copies } = this.#ports;
    const { accountId, lease } = this.#options;
    const commitCopies = await copies.prepareSwap(removed, added);
    await state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      assert(await holdsLease(tx, lease, nowMs), `the lease ${lease.name} is still held`);
      const fileIds = removed.map((file) => file.fileId);
      assert(
        (await store.removeFiles(tx, accountId, fileIds, nowMs)) === removed.length,
        'the files of a compaction are still live',
      );
      await commitCopies(tx, await store.insertFiles(tx, accountId, added));
    });
  }
}
