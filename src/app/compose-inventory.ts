import { join } from 'node:path';
import { createDuckdbLakeWriter } from '../adapters/duckdb/duckdb-lake-writer.ts';
import { InventoryReader } from '../inventory/reading/inventory-reader.ts';
import type { Base } from './compose.ts';

/** Of one question; what is asked is short, and other work wants the cores too. */
const READING_THREADS = 2;

/** What answers questions about servers, processes, connections and applications. */
export function composeInventory({ config, state, objects, log }: Base): InventoryReader {
  const openEngine = () =>
    createDuckdbLakeWriter({
      memoryBytesMax: config['inventory-read-memory'],
      threads: READING_THREADS,
      tempDir: join(config['data-dir'], 'work', 'reading-spill'),
    });
  const onError = (error: unknown) => log.error({ err: error }, 'the newest inventory could not be loaded');
  const options = { accountId: config['account-id'], threads: READING_THREADS, onError };
  const reader = new InventoryReader({ state, objects, openEngine }, options);
  // Not waited for: a question that comes earlier waits for the same load.
  reader.refresh().catch(onError);
  return reader;
}
