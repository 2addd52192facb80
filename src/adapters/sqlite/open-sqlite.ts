import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, Migrator, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { MIGRATIONS } from '../../ports/state/migrations.ts';
import type { StateSchema } from '../../ports/state/schema.ts';
import type { StateStore } from '../../ports/state/state-store.ts';
import { StateInUseError, StoreFullError } from '../../ports/store-errors.ts';

const BUSY_TIMEOUT_MS = 5000;
const PREPARED_STATEMENTS_MAX = 256;
const CACHE_KIB = 64 * 1024;
/** 64 MiB of 4 KiB pages: a page that many transactions change is written back once for all of them. */
const CHECKPOINT_PAGES = 16_384;

/**
 * The state store in one SQLite file. `node:sqlite` answers synchronously and Kysely lets one user at a time have the
 * connection, so a transaction, which awaits nothing but state, is over within one turn of the event loop.
 * Unless `isShared`, the process has the file to itself until it ends, however it ends. @throws StateInUseError
 */
export function openSqlite(path: string, options: { readonly isShared?: boolean } = {}): StateStore {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path, { timeout: options.isShared === true ? BUSY_TIMEOUT_MS : 0 });
  if (options.isShared !== true) lockFile(database, path);
  // FULL: a commit is on the disk before it is true; WAL: one fsync a commit, and readers never wait for it.
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
  database.exec(`pragma cache_size = -${CACHE_KIB}; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const queries = new Kysely<StateSchema>({ dialect: new SqliteDialect({ database: adapt(database) }) });
  return {
    queries,
    transaction: (run) => queries.transaction().execute(run),
    migrate: () => migrate(queries),
    [Symbol.asyncDispose]: () => queries.destroy(),
  };
}

const SQLITE_BUSY = 5;

function lockFile(database: DatabaseSync, path: string): void {
  try {
    // The lock is taken with the first write and then kept.
    database.exec('pragma locking_mode = exclusive; begin immediate; commit');
  } catch (error) {
    database.close();
    throw (error as { errcode?: number }).errcode === SQLITE_BUSY ? new StateInUseError(path) : error;
  }
}

async function migrate(queries: Kysely<StateSchema>): Promise<void> {
  const migrations = Object.fromEntries(MIGRATIONS.map(({ name, up }) => [name, { up }]));
  const migrator = new Migrator({ db: queries, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** Kysely's SQLite dialect speaks to a `prepare`-shaped database; this gives it ours, with statements prepared once. */
function adapt(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (text) => {
      const known = prepared.get(text);
      if (known !== undefined) return known;
      const statement = text === 'rollback' ? rollbackOf(database) : adaptStatement(database.prepare(text));
      if (prepared.size >= PREPARED_STATEMENTS_MAX) prepared.delete(prepared.keys().next().value ?? '');
      prepared.set(text, statement);
      return statement;
    },
  };
}

/**
 * A commit that finds the disk full has rolled back by itself. A second rollback would fail, and its error would hide
 * the one that tells why.
 */
function rollbackOf(database: DatabaseSync): SqliteStatement {
  const run = () => {
    if (database.isTransaction) database.exec('rollback');
    return { changes: 0, lastInsertRowid: 0 };
  };
  return { reader: false, all: () => [], run, iterate: () => [].values() };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => guardFull(() => statement.all(...(parameters as SQLInputValue[]))),
    run: (parameters) => guardFull(() => statement.run(...(parameters as SQLInputValue[]))),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
  };
}

const SQLITE_FULL = 13;

function guardFull<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_FULL)
      throw new StoreFullError('The disk of the state store is full.');
    throw error;
  }
}
