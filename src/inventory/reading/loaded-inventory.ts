import { sql } from 'kysely';
import type { LakeWriter } from '../../ports/sql-engine.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { chunksOf } from '../chunks.ts';
import { runLakeSql } from './lake-sql.ts';
import { loadSnapshots, openTables, rankServers, removeServers, type SnapshotFiles } from './snapshot-tables.ts';

/** Servers that are read at once: one turn of the event loop. */
const CHANGES_AT_ONCE = 2000;
const ROWS_A_STATEMENT = 500;

type ServerChange = Awaited<ReturnType<typeof readChanges>>[number];

/**
 * One load of the snapshots in an engine of its own, with a copy of the servers that is brought up to date before each
 * question. Who asks has the engine alone, so that the statements of one question see the same tables.
 */
export class LoadedInventory implements AsyncDisposable {
  readonly #engine: LakeWriter;
  readonly #accountId: string;
  readonly #serverNos = new Map<string, number>();
  /** Servers that the snapshots speak of and that were left out of the load. */
  #absent = new Set<string>();
  #lastServerNo = 0;
  #lastChangeNo = 0;
  #hasReturned = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(engine: LakeWriter, accountId: string) {
    this.#engine = engine;
    this.#accountId = accountId;
  }

  /** Takes the engine over, and disposes of it when loading fails. */
  static async load(
    engine: LakeWriter,
    queries: StateQueries,
    options: { readonly accountId: string; readonly files: SnapshotFiles; readonly threads: number },
  ): Promise<LoadedInventory> {
    const loaded = new LoadedInventory(engine, options.accountId);
    try {
      await openTables(engine);
      await loaded.#sync(queries);
      loaded.#absent = new Set(await loadSnapshots(engine, options.files, options.threads));
      return loaded;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whether a server is there again that was not when the snapshots were loaded: only a new load has its processes. */
  get isStale(): boolean {
    return this.#hasReturned;
  }

  /** Asks the engine, which knows every server as it is now. */
  ask<T>(queries: StateQueries, question: (engine: LakeWriter) => Promise<T>): Promise<T> {
    const next = this.#last.then(async () => {
      await this.#sync(queries);
      return question(this.#engine);
    });
    this.#last = next.catch(() => {});
    return next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    await this.#engine[Symbol.asyncDispose]();
  }

  async #sync(queries: StateQueries): Promise<void> {
    let isChanged = false;
    for (;;) {
      const changes = await readChanges(queries, this.#accountId, this.#lastChangeNo);
      if (changes.length > 0) await this.#apply(changes);
      isChanged ||= changes.length > 0;
      if (changes.length < CHANGES_AT_ONCE) break;
      await new Promise(setImmediate);
    }
    if (isChanged) await rankServers(this.#engine);
  }

  async #apply(changes: readonly ServerChange[]): Promise<void> {
    const live = changes.filter(({ deleted_at_ms }) => deleted_at_ms === null);
    const gone = changes.filter(({ deleted_at_ms }) => deleted_at_ms !== null);
    await this.#remove(gone.map(({ server_id }) => server_id));
    await this.#put(live);
    this.#lastChangeNo = changes.at(-1)?.change_no ?? this.#lastChangeNo;
  }

  async #remove(serverIds: readonly string[]): Promise<void> {
    const known = serverIds.flatMap((serverId) => this.#serverNos.get(serverId) ?? []);
    if (known.length === 0) return;
    await removeServers(this.#engine, known);
    for (const serverId of serverIds) {
      this.#serverNos.delete(serverId);
      this.#absent.add(serverId);
    }
  }

  async #put(servers: readonly ServerChange[]): Promise<void> {
    const known = servers.flatMap(({ server_id }) => this.#serverNos.get(server_id) ?? []);
    for (const some of chunksOf(known, ROWS_A_STATEMENT))
      await this.#engine.run(`DELETE FROM server_rows WHERE server_no IN (${some.join(', ')})`);
    for (const some of chunksOf(servers, ROWS_A_STATEMENT)) {
      const rows = some.map(
        (one) =>
          sql`(${this.#numberOf(one.server_id)}, ${one.server_id}, ${one.agent_id}, ${one.host_name}, ${one.os_name}, ${one.os_version})`,
      );
      await runLakeSql(this.#engine, sql`insert into server_rows values ${sql.join(rows)}`);
    }
  }

  #numberOf(serverId: string): number {
    const known = this.#serverNos.get(serverId);
    if (known !== undefined) return known;
    this.#lastServerNo += 1;
    this.#serverNos.set(serverId, this.#lastServerNo);
    if (this.#absent.has(serverId)) this.#hasReturned = true;
    return this.#lastServerNo;
  }
}

function readChanges(queries: StateQueries, accountId: string, afterChangeNo: number) {
  return queries
    .selectFrom('inventory_servers')
    .select(['server_id', 'change_no', 'deleted_at_ms', 'agent_id', 'host_name', 'os_name', 'os_version'])
    .where('account_id', '=', accountId)
    .where('change_no', '>', afterChangeNo)
    .orderBy('change_no')
    .limit(CHANGES_AT_ONCE)
    .execute();
}
