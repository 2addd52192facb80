/**
 * Single attributes of all documents of a scope, kept in memory for sorting, ranges and facets. Numbers of documents are
 * never used twice and what changes gets a new one, so a column is only ever read on; rows of documents that are gone
 * stay in it until it is read anew, and are never asked for.
 */

import type { StateQueries } from '../../ports/state/state-store.ts';
import type { FactValue } from './facts.ts';
import { listFacts } from './search-documents.ts';
import { type SearchScope, scopeKey } from './search-words.ts';

interface Column {
  /** Ascending. */
  readonly documentNos: number[];
  /** Index into `values` for each of them, or ABSENT. */
  readonly codes: number[];
  readonly values: (readonly FactValue[])[];
  readonly codeOf: Map<string, number>;
  weight: number;
  /** Rows after which so many are of documents that are gone that it is read anew. */
  rowsMax: number;
  loading: Promise<void> | undefined;
}

/** One attribute of some documents: the code of each, and what the codes mean. */
export interface ColumnView {
  readonly codes: Int32Array;
  readonly values: readonly (readonly FactValue[])[];
}

export const ABSENT = -1;

const CHUNK_ROWS = 2000;
/** Of all columns together, roughly in bytes. */
const WEIGHT_MAX = 128 * 1024 * 1024;
const ROW_WEIGHT = 16;
const VALUE_WEIGHT = 200;
const SPARE_ROWS = 10_000;
/** Any other name would not be read as one by the database, and no attribute has one. */
const ATTRIBUTE_NAME = /^[\w.]+$/;

export class SearchColumns {
  readonly #queries: StateQueries;
  /** The one asked for last comes last. */
  readonly #columns = new Map<string, Column>();

  constructor(queries: StateQueries) {
    this.#queries = queries;
  }

  /** @param documentNos ascending, of documents that are there */
  async view(scope: SearchScope, attribute: string, documentNos: readonly number[]): Promise<ColumnView> {
    const last = documentNos.at(-1);
    if (last === undefined || !ATTRIBUTE_NAME.test(attribute))
      return { codes: new Int32Array(documentNos.length).fill(ABSENT), values: [] };
    const column = this.#use(`${scopeKey(scope)}/${attribute}`);
    // Somebody else's load may have begun before the last document was there.
    while ((column.documentNos.at(-1) ?? 0) < last) {
      const before = column.documentNos.length;
      column.loading ??= this.#readOn(column, scope, attribute);
      await column.loading;
      if (column.documentNos.length === before) break;
    }
    this.#evict(column);
    return { codes: align(column, documentNos), values: column.values };
  }

  #use(key: string): Column {
    const known = this.#columns.get(key);
    const isWorn = known !== undefined && known.documentNos.length > known.rowsMax && known.loading === undefined;
    const column = known === undefined || isWorn ? emptyColumn() : known;
    this.#columns.delete(key);
    this.#columns.set(key, column);
    return column;
  }

  async #readOn(column: Column, scope: SearchScope, attribute: string): Promise<void> {
    try {
      for (;;) {
        const after = column.documentNos.at(-1) ?? 0;
        const rows = await listFacts(this.#queries, scope, { attribute, after, limit: CHUNK_ROWS });
        for (const { documentNo, json } of rows) append(column, documentNo, json);
        if (rows.length < CHUNK_ROWS) break;
      }
      if (column.rowsMax === 0) column.rowsMax = 2 * column.documentNos.length + SPARE_ROWS;
    } finally {
      column.loading = undefined;
    }
  }

  #evict(keep: Column): void {
    let weight = 0;
    for (const column of this.#columns.values()) weight += column.weight;
    for (const [key, column] of this.#columns) {
      if (weight <= WEIGHT_MAX) return;
      if (column === keep) continue;
      this.#columns.delete(key);
      weight -= column.weight;
    }
  }
}

function emptyColumn(): Column {
  return { documentNos: [], codes: [], values: [], codeOf: new Map(), weight: 0, rowsMax: 0, loading: undefined };
}

function append(column: Column, documentNo: number, json: string | null): void {
  column.documentNos.push(documentNo);
  column.codes.push(json === null ? ABSENT : (column.codeOf.get(json) ?? addValue(column, json)));
  column.weight += ROW_WEIGHT;
}

function addValue(column: Column, json: string): number {
  const value = JSON.parse(json) as FactValue | FactValue[];
  const code = column.values.push(typeof value === 'object' ? value : [value]) - 1;
  column.codeOf.set(json, code);
  column.weight += VALUE_WEIGHT + 2 * json.length;
  return code;
}

function align({ documentNos, codes }: Column, wanted: readonly number[]): Int32Array {
  const aligned = new Int32Array(wanted.length).fill(ABSENT);
  let at = 0;
  for (const [index, documentNo] of wanted.entries()) {
    while (at < documentNos.length && (documentNos[at] as number) < documentNo) at += 1;
    if (documentNos[at] === documentNo) aligned[index] = codes[at] ?? ABSENT;
  }
  return aligned;
}
