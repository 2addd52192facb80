import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../src/adapters/duckdb/duckdb-lake-writer.ts';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import type { TableName } from '../src/core/records.ts';
import { ContinuousExports } from '../src/exports/continuous-exports.ts';
import { DeliveredCopies } from '../src/exports/delivered-copies.ts';
import { Exporter } from '../src/exports/exporter.ts';
import type { Agent } from '../src/fleet/agent.ts';
import { Fleet } from '../src/fleet/fleet.ts';
import { ensureDeliveryRole } from '../src/identity/delivery-roles.ts';
import { type BatchAnswer, Ingest } from '../src/ingest/ingest.ts';
import { acquireLease } from '../src/jobs/leases.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import type { LakeWriter } from '../src/ports/sql-engine.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { Compactor } from '../src/telemetry/compactor.ts';
import type { LogFollower } from '../src/telemetry/log-follower.ts';
import { Roller } from '../src/telemetry/roller.ts';

export const ACCOUNT = '123456789012';
export const START_MS = Date.parse('2026-03-10T12:00:00.000Z');
export const TOKEN = 'a-token-for-tests';
const LEASE = { name: 'lake', holder: 'test', durationMs: 10 ** 12 };

export interface LakeOptions {
  /** Puts something between the lake and its store, to make it fail. */
  readonly wrapObjects?: (objects: ObjectStore) => ObjectStore;
  readonly wrapState?: (state: StateStore) => StateStore;
  readonly wrapWriter?: (writer: LakeWriter) => LakeWriter;
  readonly freeBytesMin?: number;
  readonly deniedAgents?: Set<string>;
  readonly rollBytesMax?: number;
  readonly retentionDays?: number;
  readonly followers?: readonly LogFollower[];
  readonly onLostFile?: (objectKey: string) => void;
}

export type Row = Record<string, unknown>;

/** The lake without a server: real state, real files, real DuckDB, and a clock the test moves. */
export type Lake = Awaited<ReturnType<typeof openLake>>;

export async function openLake(options: LakeOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-lake-'));
  const sqlite = openSqlite(join(folder, 'state.sqlite'));
  await sqlite.migrate();
  await ensureDeliveryRole(sqlite.queries, ACCOUNT);
  await acquireLease(sqlite.queries, LEASE, START_MS);
  const state = options.wrapState?.(sqlite) ?? sqlite;
  const files = createFsObjectStore(join(folder, 'objects'));
  const objects = options.wrapObjects?.(files) ?? files;
  const realWriter = await createDuckdbLakeWriter({
    memoryBytesMax: 256 * 1024 * 1024,
    threads: 1,
    tempDir: join(folder, 'spill'),
  });
  const writer = options.wrapWriter?.(realWriter) ?? realWriter;
  const clock = movableClock();
  const random = { bytes: (count: number) => randomBytes(count) };
  const deniedAgents = options.deniedAgents ?? new Set<string>();
  const fleet = new Fleet(
    { state, clock, random },
    {
      accountId: ACCOUNT,
      enrollmentToken: TOKEN,
      deniedAgents,
      sampleIntervalMs: 15_000,
      sendIntervalMs: 60_000,
      newAgentsCollect: true,
    },
  );
  const ingest = new Ingest({ state, objects, clock }, { accountId: ACCOUNT, freeBytesMin: options.freeBytesMin ?? 0 });
  const roller = new Roller(
    { state, objects, clock, writer },
    {
      accountId: ACCOUNT,
      workDir: join(folder, 'roll'),
      rollBytesMax: options.rollBytesMax ?? 2 ** 26,
      deniedAgents,
      lease: LEASE,
    },
  );
  const exporter = new Exporter(
    { state, objects, clock },
    {
      accountId: ACCOUNT,
      region: 'us-west-2',
      limits: { bucketsMax: 100, deliveriesMax: 50 },
      onFault: () => {},
      onLostFile: (_exportId, objectKey) => options.onLostFile?.(objectKey),
    },
  );
  const compactor = new Compactor(
    {
      state,
      objects,
      clock,
      writer,
      copies: new DeliveredCopies({ objects, clock, state }, ACCOUNT),
      followers: options.followers ?? [],
    },
    { accountId: ACCOUNT, workDir: join(folder, 'compact'), retentionDays: options.retentionDays ?? 0, lease: LEASE },
  );
  const exports = new ContinuousExports(
    { state, clock, random },
    { accountId: ACCOUNT, region: 'us-west-2', onCommand: () => {} },
  );

  const enroll = async (machineId: string): Promise<Agent> => {
    const { agentKey } = await fleet.enroll({
      enrollmentToken: TOKEN,
      machineId,
      hostName: machineId,
      agentVersion: '1',
      platform: 'linux',
    });
    const agent = await fleet.authenticate(agentKey);
    if (agent === undefined) throw new Error('the agent was let in');
    return agent;
  };

  return {
    folder,
    state,
    objects,
    clock,
    random,
    fleet,
    ingest,
    roller,
    exporter,
    compactor,
    exports,
    enroll,
    send: (
      agent: Agent,
      batchNumber: string,
      body: string | Buffer,
      more: Partial<Upload> = {},
    ): Promise<BatchAnswer> =>
      ingest.accept(agent, {
        batchNumber,
        contentType: 'application/x-ndjson',
        contentEncoding: undefined,
        body: Buffer.from(body),
        ...more,
      }),
    async rollAll(): Promise<number> {
      let rows = 0;
      for (let report = await roller.rollOnce(); report !== undefined; report = await roller.rollOnce())
        rows += report.rows;
      return rows;
    },
    /** Rows of the live files of a table, as a reader sees them. */
    async rows(table: TableName, columns = '*'): Promise<Row[]> {
      const paths = (await liveFiles(sqlite, table)).map((file) => `'${files.locate(file.object_key)}'`);
      if (paths.length === 0) return [];
      const source = `read_parquet([${paths.join(', ')}], union_by_name = true, hive_partitioning = false)`;
      return [...(await realWriter.run(`SELECT ${columns} FROM ${source}`))];
    },
    liveFiles: (table?: TableName) => liveFiles(sqlite, table),
    run: (sql: string) => realWriter.run(sql),
    [Symbol.asyncDispose]: async () => {
      await ingest.drain();
      await realWriter[Symbol.asyncDispose]();
      await sqlite[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Upload {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

async function liveFiles(state: StateStore, table?: TableName) {
  let query = state.queries
    .selectFrom('data_files')
    .select(['file_id', 'object_key', 'table_name', 'day', 'rows', 'pass'])
    .where('removed_at_ms', 'is', null)
    .orderBy('file_id');
  if (table !== undefined) query = query.where('table_name', '=', table);
  return query.execute();
}

export function movableClock(): Clock & { advance(ms: number): void; set(ms: number): void } {
  let nowMs = START_MS;
  return {
    nowMs: () => nowMs,
    sleep: async (delayMs) => {
      nowMs += delayMs;
    },
    advance: (ms) => {
      nowMs += ms;
    },
    set: (ms) => {
      nowMs = ms;
    },
  };
}

/** A line of `processes_agent` whose `cmd_line`s are these texts. */
export function processLine(cmdLines: readonly string[], time = new Date(START_MS).toISOString()): string {
  const columns = {
    agent_assigned_process_id: cmdLines.map((_, row) => String(row + 1)),
    name: cmdLines.map(() => 'p'),
    cmd_line: cmdLines,
    agent_provided_timestamp: cmdLines.map(() => time),
  };
  return `${JSON.stringify({ table: 'processes_agent', columns })}\n`;
}
