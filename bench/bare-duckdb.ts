import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { periodicRows, type TableColumns } from '../src/simulate/host-rows.ts';
import { createSeededRandom } from '../src/simulate/seeded-random.ts';
import { describeHost } from '../src/simulate/simulated-host.ts';

const THREADS = 2;

/** Rows a second of DuckDB alone: the same kinds of rows, as NDJSON rows on disk, into zstd Parquet with two threads. */
export async function measureBareDuckdb(rows: number, rowsPerBatch: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'periplus-bare-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS) });
  try {
    const tables = await writeRows(folder, rows, rowsPerBatch);
    const connection = await instance.connect();
    const startedAt = performance.now();
    for (const table of tables) {
      const source = `read_json('${join(folder, table)}.ndjson', format = 'newline_delimited')`;
      const target = `'${join(folder, table)}.parquet' (FORMAT parquet, COMPRESSION zstd)`;
      await connection.run(`COPY (SELECT * FROM ${source}) TO ${target}`);
    }
    return rows / ((performance.now() - startedAt) / 1000);
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeRows(folder: string, rows: number, rowsPerBatch: number): Promise<string[]> {
  const random = createSeededRandom(1);
  const files = new Map<string, FileHandle>();
  for (let batch = 0; batch * rowsPerBatch < rows; batch += 1) {
    const agentId = `o-${String(batch % 100).padStart(17, '0')}`;
    for (const [table, columns] of periodicRows(describeHost(1, batch % 100), random, Date.now(), rowsPerBatch)) {
      const file = files.get(table) ?? (await open(join(folder, `${table}.ndjson`), 'w'));
      files.set(table, file);
      await file.appendFile(formatRows(agentId, columns));
    }
  }
  for (const file of files.values()) await file.close();
  return [...files.keys()];
}

function formatRows(agentId: string, columns: TableColumns[1]): string {
  const names = Object.keys(columns);
  const count = columns[names[0] ?? '']?.length ?? 0;
  const lines = Array.from({ length: count }, (_, row) => {
    const values = names.map((name) => [name, columns[name]?.[row]]);
    return `${JSON.stringify({ agent_id: agentId, ...Object.fromEntries(values) })}\n`;
  });
  return lines.join('');
}
