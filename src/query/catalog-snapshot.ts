import { findBucket } from '../buckets/buckets.ts';
import { listBucketObjects } from '../buckets/objects.ts';
import { type CatalogTable, findDatabase } from '../catalog/catalog.ts';
import { listPartitions, partitionCursor } from '../catalog/partitions.ts';
import { findTable } from '../catalog/tables.ts';
import type { ObjectStore } from '../ports/objects.ts';
import { SqlError, type SqlTable } from '../ports/sql-engine.ts';
import type { StateQueries, StateStore } from '../ports/state/state-store.ts';
import { asFolder, parseLocation } from './locations.ts';

const PAGE = 1000;

interface Wanted {
  readonly database: string;
  readonly table: string;
  readonly resolve: (found: SqlTable | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The tables of one query as they were when it first named them. Names asked for together are looked up in one
 * transaction, files included, and a name asked for twice gets the same files: no query sees half a compaction.
 */
export class CatalogSnapshot {
  readonly #ports: { state: StateStore; objects: ObjectStore };
  readonly #accountId: string;
  readonly #known = new Map<string, Promise<SqlTable | undefined>>();
  #wanted: Wanted[] = [];

  constructor(ports: { state: StateStore; objects: ObjectStore }, accountId: string) {
    this.#ports = ports;
    this.#accountId = accountId;
  }

  resolveTable(database: string, table: string): Promise<SqlTable | undefined> {
    const key = `${database}\n${table}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { promise, resolve, reject } = Promise.withResolvers<SqlTable | undefined>();
    this.#known.set(key, promise);
    if (this.#wanted.push({ database, table, resolve, reject }) === 1) queueMicrotask(() => void this.#lookUp());
    return promise;
  }

  async hasDatabase(database: string): Promise<boolean> {
    return (await findDatabase(this.#ports.state.queries, this.#accountId, database)) !== undefined;
  }

  /** Whether the query named this table, itself or through a view. */
  hasResolved(database: string, table: string): boolean {
    return this.#known.has(`${database}\n${table}`);
  }

  async #lookUp(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    try {
      const found = await this.#ports.state.transaction(async (tx) => {
        const tables: (() => SqlTable | undefined)[] = [];
        for (const { database, table } of wanted) tables.push(await this.#describe(tx, database, table));
        return tables;
      });
      for (const [i, one] of wanted.entries()) settle(one, found[i]!);
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }

  /** One table that cannot be read fails its own look-up, not those asked together with it. */
  async #describe(tx: StateQueries, database: string, name: string): Promise<() => SqlTable | undefined> {
    try {
      const found = await findTable(tx, this.#accountId, database, name);
      const table = found === undefined ? undefined : await this.#sqlTable(tx, found);
      return () => table;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return () => {
        throw error;
      };
    }
  }

  async #sqlTable(tx: StateQueries, table: CatalogTable): Promise<SqlTable> {
    if (table.type === 'VIRTUAL_VIEW') {
      return { kind: 'view', sql: table.viewSql ?? '', database: table.viewDatabase ?? table.database };
    }
    if (!isParquet(table)) {
      const name = `${table.database}.${table.name}`;
      throw new SqlError('user', `NOT_SUPPORTED: line 1:1: Table '${name}' is not stored as Parquet`);
    }
    const { columns, partitionKeys } = table;
    return { kind: 'files', format: 'parquet', columns, partitionKeys, partitions: await this.#files(tx, table) };
  }

  async #files(tx: StateQueries, table: CatalogTable): Promise<{ values: readonly string[]; paths: string[] }[]> {
    if (table.partitionKeys.length === 0) return [{ values: [], paths: await this.#paths(tx, table.location ?? '') }];
    const ref = { accountId: this.#accountId, database: table.database, table: table.name };
    const found: { values: readonly string[]; paths: string[] }[] = [];
    for (let after: string | undefined; ; ) {
      const page = await listPartitions(tx, ref, { after, limit: PAGE });
      for (const { values, location } of page) found.push({ values, paths: await this.#paths(tx, location) });
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return found;
      after = partitionCursor(last);
    }
  }

  async #paths(tx: StateQueries, text: string): Promise<string[]> {
    const location = parseLocation(text);
    if (location === undefined || (await findBucket(tx, this.#accountId, location.bucket)) === undefined) {
      throw new SqlError('user', `HIVE_CANNOT_OPEN_SPLIT: The location '${text}' is in no bucket of this account`);
    }
    const { bucket, prefix } = asFolder(location);
    const paths: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await listBucketObjects(tx, { accountId: this.#accountId, bucket }, { prefix, after, limit: PAGE });
      for (const { key, sizeBytes, objectKey } of page) {
        if (sizeBytes > 0 && !isHidden(key)) paths.push(this.#ports.objects.locate(objectKey));
      }
      after = page.at(-1)?.key;
      if (page.length < PAGE) return paths;
    }
  }
}

function settle(wanted: Wanted, found: () => SqlTable | undefined): void {
  try {
    wanted.resolve(found());
  } catch (error) {
    wanted.reject(error);
  }
}

/** Hive's rule: files called `_…` or `.…` are not data. */
function isHidden(key: string): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return name.startsWith('_') || name.startsWith('.');
}

function isParquet(table: CatalogTable): boolean {
  const { parameters, inputFormat, serde } = table;
  return [parameters.classification, inputFormat, serde?.library].some((text) => /parquet/i.test(text ?? ''));
}
