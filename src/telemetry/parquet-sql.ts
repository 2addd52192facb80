import { createHash } from 'node:crypto';
import { type Column, type ColumnType, TABLES, type TableName, type TableSchema } from '../core/records.ts';
import { formatSegmentNo } from '../core/segment.ts';

/** The statements that turn section lines into Parquet, and Parquet into sorted Parquet. Text only: nothing runs here. */

const DUCKDB_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};

/** Longest line a section may hold: a batch, and what the server writes around it. */
const LINE_BYTES_MAX = 20 * 1024 * 1024;
const ROW_GROUP_ROWS = 122_880;

export interface RollStatement {
  readonly table: TableName;
  readonly accountId: string;
  readonly source: string;
  readonly target: string;
  /** By event time, for a file that days are cut from: each cut then reads only its part. */
  readonly isSorted: boolean;
  readonly firstSegmentNo: number;
  readonly lastSegmentNo: number;
}

export function composeRoll(roll: RollStatement): string {
  const schema = TABLES[roll.table];
  const selected = schema.columns.map(
    (column) => `${selectionOf(column, roll.accountId)} AS ${quoteName(column.name)}`,
  );
  const sent = schema.columns
    .filter(isSent)
    .map((column) => `${quoteName(column.name)} ${DUCKDB_TYPES[column.type]}[]`);
  const lines = `read_json(${quoteText(roll.source)}, format = 'newline_delimited', maximum_object_size = ${LINE_BYTES_MAX},
    columns = {agent_id: 'VARCHAR', columns: ${quoteText(`STRUCT(${sent.join(', ')})`)}})`;
  const order = roll.isSorted ? ` ORDER BY ${quoteName(schema.eventTime)}` : '';
  const rows = `SELECT ${selected.join(', ')} FROM ${lines}${order}`;
  return composeCopy(rows, roll.target, { schema, first: roll.firstSegmentNo, last: roll.lastSegmentNo });
}

export interface CompactionSources {
  readonly table: TableName;
  readonly sources: readonly string[];
  readonly firstSegmentNo: number;
  readonly lastSegmentNo: number;
}

export interface CompactionStatement extends CompactionSources {
  readonly target: string;
  /** Event times of the rows to take: from, inclusive, to, exclusive; epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rows sorted by event time, then agent. */
export function composeCompaction(compaction: CompactionStatement): string {
  const schema = TABLES[compaction.table];
  const names = schema.columns.map((column) => quoteName(column.name)).join(', ');
  const event = quoteName(schema.eventTime);
  const rows = `SELECT ${names} FROM ${readSources(compaction)}
    WHERE ${event} >= make_timestamp_ms(${compaction.fromMs}) AND ${event} < make_timestamp_ms(${compaction.toMs})
    ORDER BY ${event}, agent_id`;
  return composeCopy(rows, compaction.target, {
    schema,
    first: compaction.firstSegmentNo,
    last: compaction.lastSegmentNo,
  });
}

/** The event times (`edges`, epoch milliseconds) that cut the rows into `parts` of about the same number. */
export function composeBoundaries(compaction: CompactionSources, parts: number): string {
  const shares = Array.from({ length: parts - 1 }, (_, index) => (index + 1) / parts);
  const event = quoteName(TABLES[compaction.table].eventTime);
  return `SELECT quantile_disc(epoch_ms(${event}), [${shares.join(', ')}]) AS edges FROM ${readSources(compaction)}`;
}

function readSources({ sources }: CompactionSources): string {
  return `read_parquet([${sources.map(quoteText).join(', ')}], union_by_name = true, hive_partitioning = false)`;
}

/** Rows of a table's files as a relation with all its columns, whichever version of them a file was written with. */
export function composeRead(table: TableName, paths: readonly string[]): string {
  const columns = TABLES[table].columns.map(({ name, type }) => ({ name: quoteName(name), type: DUCKDB_TYPES[type] }));
  const empty = `SELECT ${columns.map(({ name, type }) => `NULL::${type} AS ${name}`).join(', ')} WHERE false`;
  if (paths.length === 0) return `(${empty})`;
  const files = `read_parquet([${paths.map(quoteText).join(', ')}], union_by_name = true, hive_partitioning = false)`;
  return `(${empty} UNION ALL BY NAME SELECT * FROM ${files})`;
}

/** Identifies the columns a file was written with. */
export function schemaFingerprint(schema: TableSchema): string {
  const text = schema.columns.map((column) => `${column.name} ${column.type}`).join(', ');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function composeCopy(rows: string, target: string, made: { schema: TableSchema; first: number; last: number }): string {
  const metadata = `{schema_fingerprint: ${quoteText(schemaFingerprint(made.schema))},
    first_segment: ${quoteText(formatSegmentNo(made.first))}, last_segment: ${quoteText(formatSegmentNo(made.last))}}`;
  return `COPY (${rows}) TO ${quoteText(target)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, KV_METADATA ${metadata})`;
}

function selectionOf(column: Column, accountId: string): string {
  if (column.name === 'account_number') return `${BigInt(accountId)}::BIGINT`;
  if (column.name === 'agent_id') return 'agent_id';
  return `unnest(columns.${quoteName(column.name)})`;
}

function isSent(column: Column): boolean {
  return column.server !== true;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
