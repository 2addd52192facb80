import type { Selectable } from 'kysely';
import { DAY_MS } from '../core/time.ts';
import type { ResultColumn } from '../ports/sql-engine.ts';
import type { QueryExecutionsTable } from '../ports/state/schema.ts';
import type { QueryState } from './query-states.ts';
import type { StatementType } from './statements/statement.ts';

/** How long a query can be asked for. */
export const HISTORY_MS = 45 * DAY_MS;

/** A query of an account: what was asked, where its answer goes, and how far it is. Times are epoch milliseconds. */
export interface QueryExecution {
  readonly accountId: string;
  readonly id: string;
  readonly workGroup: string;
  readonly status: QueryState;
  readonly sql: string;
  readonly statementType: StatementType;
  readonly substatementType?: string;
  readonly catalog: string;
  /** As the caller gave it; absent means `default`. */
  readonly database?: string;
  readonly parameters: readonly string[];
  readonly outputBucket: string;
  readonly outputKey: string;
  readonly submittedAtMs: number;
  readonly startedAtMs?: number;
  readonly completedAtMs?: number;
  /** How often a server has begun to run it. */
  readonly attempts: number;
  readonly stateChangeReason?: string;
  readonly errorCategory?: number;
  /** Known once it has succeeded. */
  readonly result?: QueryResult;
}

export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: number;
  readonly resultBytes: number;
  readonly scannedBytes: number;
}

export function readExecution(row: Selectable<QueryExecutionsTable>): QueryExecution {
  return {
    accountId: row.account_id,
    id: row.query_execution_id,
    workGroup: row.work_group,
    status: row.status as QueryState,
    sql: row.sql,
    statementType: row.statement_type as StatementType,
    catalog: row.catalog,
    parameters: JSON.parse(row.parameters_json) as string[],
    outputBucket: row.output_bucket,
    outputKey: row.output_key,
    submittedAtMs: row.submitted_at_ms,
    attempts: row.attempts,
    ...(row.substatement_type === null ? {} : { substatementType: row.substatement_type }),
    ...(row.database_name === null ? {} : { database: row.database_name }),
    ...(row.started_at_ms === null ? {} : { startedAtMs: row.started_at_ms }),
    ...(row.completed_at_ms === null ? {} : { completedAtMs: row.completed_at_ms }),
    ...(row.state_change_reason === null ? {} : { stateChangeReason: row.state_change_reason }),
    ...(row.error_category === null ? {} : { errorCategory: row.error_category }),
    ...(row.columns_json === null ? {} : { result: readResult(row, row.columns_json) }),
  };
}

function readResult(row: Selectable<QueryExecutionsTable>, columnsJson: string): QueryResult {
  return {
    columns: JSON.parse(columnsJson) as ResultColumn[],
    rows: row.rows ?? 0,
    resultBytes: row.result_bytes ?? 0,
    scannedBytes: row.scanned_bytes ?? 0,
  };
}
