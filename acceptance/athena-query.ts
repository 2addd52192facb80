import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { eventually, type RunningPeriplus } from './periplus-process.ts';

const DATABASE = 'application_discovery_service_database';

export type Row = Readonly<Record<string, string | undefined>>;

export function openAthena(periplus: RunningPeriplus): AthenaClient {
  const { endpoint, region, accessKeyId, secretAccessKey } = periplus;
  return new AthenaClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
}

/** Runs a SELECT as a script would: start, poll, page. NULL is undefined. */
export async function select(athena: AthenaClient, sql: string): Promise<Row[]> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({ QueryString: sql, QueryExecutionContext: { Database: DATABASE } }),
  );
  await eventually(async () => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State !== 'SUCCEEDED') throw new Error(`${State}: ${StateChangeReason ?? ''}`);
  });
  const rows: (string | undefined)[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await athena.send(
      new GetQueryResultsCommand({ QueryExecutionId, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    rows.push(...(page.ResultSet?.Rows ?? []).map((row) => (row.Data ?? []).map((cell) => cell.VarCharValue)));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const [header = [], ...body] = rows;
  return body.map((cells) => Object.fromEntries(header.map((name, index) => [name ?? '', cells[index]])));
}
