// Rows between sampling and the spool. Bounded by rows and by bytes (estimated high), far below the protocol's
// 16 MiB and 100,000 rows, so that whatever it hands out is one batch. Rows leave only when the spool has them.

import { createLakeRows, LAKE_TABLES, type LakeRows } from './lake-rows.ts';

const ROW_BYTES_ESTIMATE = 200;

export interface RowBufferLimits {
  rowsMax: number;
  bytesMax: number;
}

export class RowBuffer {
  #rows = createLakeRows();
  #rowCount = 0;
  #bytes = 0;
  #droppedRows = 0;
  readonly #limits: RowBufferLimits;

  constructor(limits: RowBufferLimits = { rowsMax: 50_000, bytesMax: 8 * 1024 * 1024 }) {
    this.#limits = limits;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Rows that found no place since the last call. */
  takeDroppedRows(): number {
    const dropped = this.#droppedRows;
    this.#droppedRows = 0;
    return dropped;
  }

  /** True when a flush should not wait for the send interval. */
  get isHalfFull(): boolean {
    return this.#rowCount > this.#limits.rowsMax / 2 || this.#bytes > this.#limits.bytesMax / 2;
  }

  add(rows: LakeRows): void {
    for (const table of LAKE_TABLES) {
      const target: object[] = this.#rows[table];
      for (const row of rows[table]) this.#addRow(target, row);
    }
  }

  #addRow(target: object[], row: object): void {
    const bytes = estimateBytes(row);
    if (this.#rowCount >= this.#limits.rowsMax || this.#bytes + bytes > this.#limits.bytesMax) {
      this.#droppedRows += 1;
      return;
    }
    target.push(row);
    this.#rowCount += 1;
    this.#bytes += bytes;
  }

  /** Gives the rows to `store`; they stay here when it rejects. No `add` may run meanwhile. */
  async drainTo(store: (rows: LakeRows) => Promise<void>): Promise<void> {
    if (this.#rowCount === 0) return;
    await store(this.#rows);
    this.#rows = createLakeRows();
    this.#rowCount = 0;
    this.#bytes = 0;
  }
}

// A character becomes at most six bytes (`\u0001`); counting three is high for every text that occurs.
function estimateBytes(row: object): number {
  let bytes = ROW_BYTES_ESTIMATE;
  for (const value of Object.values(row)) if (typeof value === 'string') bytes += value.length * 3;
  return bytes;
}
