/** The LakeWriter port: DuckDB inside the server process, for statements that Periplus itself wrote. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { LakeValue, LakeWriter } from '../../ports/sql-engine.ts';
import { StoreFullError } from '../../ports/store-errors.ts';

export interface DuckdbLakeWriterOptions {
  readonly memoryBytesMax: number;
  readonly threads: number;
  /** Where DuckDB puts what does not fit into memory. */
  readonly tempDir: string;
}

export async function createDuckdbLakeWriter(options: DuckdbLakeWriterOptions): Promise<LakeWriter> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(options.memoryBytesMax / 1024)}KiB`,
    threads: String(options.threads),
    temp_directory: options.tempDir,
    autoinstall_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return new DuckdbLakeWriter(instance, connection);
}

/**
 * The same, with a DuckDB for each statement: for rare, large work, whose memory goes back when it is done instead of being
 * kept for the next.
 */
export function createTransientLakeWriter(options: DuckdbLakeWriterOptions): LakeWriter {
  return {
    run: async (sql, values) => {
      await using writer = await createDuckdbLakeWriter(options);
      return await writer.run(sql, values);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** DuckDB says it in words only. */
const DISK_FULL = /no space left on device|disk quota exceeded|out of disk space/i;

class DuckdbLakeWriter implements LakeWriter {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #last: Promise<unknown> = Promise.resolve();

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** Statements queue: one at a time, in the order of the calls. */
  run(sql: string, values?: readonly LakeValue[]): Promise<readonly Record<string, unknown>[]> {
    const next = this.#last.then(() => this.#runNow(sql, values));
    this.#last = next.catch(() => {});
    return next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #runNow(sql: string, values: readonly LakeValue[] | undefined): Promise<readonly Record<string, unknown>[]> {
    try {
      const bound = values === undefined ? undefined : [...values];
      return (await this.#connection.runAndReadAll(sql, bound)).getRowObjectsJson();
    } catch (error) {
      if (error instanceof Error && DISK_FULL.test(error.message)) throw new StoreFullError(error.message);
      throw error;
    }
  }
}
