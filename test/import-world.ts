import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsObjectStore } from '../src/adapters/fs/fs-object-store.ts';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { findBucket, insertBucket } from '../src/buckets/buckets.ts';
import { nameUpload, storeUpload } from '../src/buckets/write-objects.ts';
import { ImportRunner, type ImportRunnerOptions } from '../src/imports/import-runner.ts';
import type { ImportTask } from '../src/imports/import-task.ts';
import { Imports } from '../src/imports/imports.ts';
import { QUOTAS, type Quotas } from '../src/inventory/quotas.ts';
import { acquireLease } from '../src/jobs/leases.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import type { Random } from '../src/ports/random.ts';
import type { RemoteObjects } from '../src/ports/remote-objects.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { ACCOUNT, REGION } from './services-world.ts';

/** Imports on real state and real files, with the runner called by the test. */
export interface ImportWorld extends AsyncDisposable {
  readonly ports: ImportPorts;
  readonly imports: Imports;
  readonly errors: unknown[];
  /** Stores a file and starts its import. */
  start(content: string | Uint8Array, name?: string): Promise<ImportTask>;
  /** Does all there is to do. */
  work(): Promise<void>;
  /** Stores a file, imports it, and tells how that went. */
  run(content: string | Uint8Array, name?: string): Promise<ImportTask>;
  task(taskId: string): Promise<ImportTask | undefined>;
}

export interface ImportPorts {
  readonly state: StateStore;
  readonly objects: ObjectStore;
  readonly clock: Clock & { advance(ms: number): void };
  readonly random: Random;
  readonly remote?: RemoteObjects | undefined;
}

export const IMPORT_BUCKET = 'import-files';
const LEASE = { name: `imports/${ACCOUNT}`, holder: 'test', durationMs: 1e12 };

export async function openImportWorld(
  settings: { quotas?: Quotas; remote?: RemoteObjects; remoteHost?: string } = {},
): Promise<ImportWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-imports-'));
  const state = openSqlite(join(folder, 'state.sqlite'));
  await state.migrate();
  const ports: ImportPorts = {
    state,
    objects: createFsObjectStore(join(folder, 'objects')),
    clock: movableClock(),
    random: { bytes: (count) => randomBytes(count) },
    remote: settings.remote,
  };
  const errors: unknown[] = [];
  const quotas = settings.quotas ?? QUOTAS.open;
  const { remoteHost } = settings;
  const imports = new Imports(ports, { accountId: ACCOUNT, quotas, onStart: () => {}, remoteHost });
  const runner = importRunner(ports, { quotas, onError: (_, error) => errors.push(error) });
  const work = async () => {
    await acquireLease(state.queries, LEASE, ports.clock.nowMs());
    const { signal } = new AbortController();
    while (await runner.step(signal));
  };
  let files = 0;
  const task = async (taskId: string) => (await imports.list({ filters: { taskIds: [taskId] }, limit: 1 }))[0];
  const start = async (content: string | Uint8Array, name = 'servers.csv') => {
    files += 1;
    const key = `${files}/${name}`;
    await storeFile(ports, key, content);
    return imports.start({ name, importUrl: `s3://${IMPORT_BUCKET}/${key}`, ownHost: 'localhost' });
  };
  return {
    ports,
    imports,
    errors,
    start,
    work,
    task,
    run: async (content, name) => {
      const { taskId } = await start(content, name);
      await work();
      return (await task(taskId))!;
    },
    [Symbol.asyncDispose]: async () => {
      await state[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

export function importRunner(ports: ImportPorts, options: Partial<ImportRunnerOptions> = {}): ImportRunner {
  return new ImportRunner(ports, {
    accountId: ACCOUNT,
    region: REGION,
    quotas: QUOTAS.open,
    lease: LEASE,
    onError: () => {},
    ...options,
  });
}

export async function storeFile(ports: ImportPorts, key: string, content: string | Uint8Array): Promise<void> {
  const { state, clock } = ports;
  if ((await findBucket(state.queries, ACCOUNT, IMPORT_BUCKET)) === undefined)
    await insertBucket(state.queries, ACCOUNT, { name: IMPORT_BUCKET, region: REGION, createdAtMs: clock.nowMs() });
  const ref = { accountId: ACCOUNT, bucket: IMPORT_BUCKET };
  async function* bytes() {
    yield Buffer.from(content);
  }
  const stored = await storeUpload(ports, ref, bytes());
  await state.transaction((tx) => nameUpload(tx, ref, { key, stored, contentType: 'text/csv' }, clock.nowMs()));
}

/** What the inventory holds of servers, applications, tags, without what only says when. */
export async function readInventory(state: StateStore) {
  const { queries } = state;
  const servers = await queries
    .selectFrom('inventory_servers')
    .select(['server_id', 'change_no', 'modified_at_ms', 'deleted_at_ms', 'host_name', 'attributes_json'])
    .orderBy('server_id')
    .execute();
  const applications = await queries
    .selectFrom('applications')
    .select(['application_id', 'name', 'wave', 'modified_at_ms'])
    .orderBy('name')
    .execute();
  const members = await queries
    .selectFrom('application_servers')
    .select(['application_id', 'server_id'])
    .orderBy('application_id')
    .orderBy('server_id')
    .execute();
  const tags = await queries
    .selectFrom('tags')
    .select(['configuration_id', 'tag_key', 'tag_value', 'created_at_ms'])
    .orderBy('configuration_id')
    .orderBy('tag_key')
    .orderBy('tag_value')
    .execute();
  return { servers, applications, members, tags };
}

function movableClock(): ImportPorts['clock'] {
  let nowMs = Date.UTC(2026, 2, 1, 12);
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    sleep: async () => {},
  };
}
