import type { ResultColumn } from '../../ports/sql-engine.ts';
import type { ColumnInfo, GetQueryResultsInput, GetQueryResultsOutput } from '../../wire/generated/athena.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { AthenaDeps } from './athena-service.ts';
import { InvalidRequestException, withServiceErrors } from './errors.ts';

const PAGE_ROWS_MAX = 1000;
const CASE_SENSITIVE = new Set(['varchar', 'char', 'string']);

export function getQueryResults({ queries }: AthenaDeps): Handler<GetQueryResultsInput, GetQueryResultsOutput> {
  return async (input) => {
    if (input.QueryResultType === 'DATA_MANIFEST')
      throw new InvalidRequestException('The query has no data manifest: QueryResultType DATA_MANIFEST does not apply');
    const request = { token: input.NextToken, rowsMax: input.MaxResults ?? PAGE_ROWS_MAX };
    const page = await withServiceErrors(() => queries.results(input.QueryExecutionId, request));
    return {
      UpdateCount: 0,
      ResultSet: {
        Rows: page.rows.map((row) => ({ Data: row.map((text) => (text === null ? {} : { VarCharValue: text })) })),
        ResultSetMetadata: { ColumnInfo: page.columns.map(describeColumn) },
      },
      NextToken: page.nextToken,
    };
  };
}

function describeColumn({ name, type, precision, scale }: ResultColumn): ColumnInfo {
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: type,
    Precision: precision,
    Scale: scale,
    Nullable: 'UNKNOWN',
    CaseSensitive: CASE_SENSITIVE.has(type),
  };
}
