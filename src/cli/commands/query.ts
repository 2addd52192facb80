import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { AwsClient } from '../aws-client.ts';
import { addClientOptions, openClient } from '../client-options.ts';
import { CliError } from '../errors.ts';
import { renderTable } from '../text-table.ts';

const DEFAULT_DATABASE = 'application_discovery_service_database';
const POLL_MS_MIN = 20;
const POLL_MS_MAX = 1000;
const TABLE_ROWS_MAX = 1000;

type Format = 'table' | 'csv' | 'json';

interface Execution {
  readonly Status: { readonly State: string; readonly StateChangeReason?: string };
  readonly ResultConfiguration: { readonly OutputLocation: string };
}

interface ResultPage {
  readonly NextToken?: string;
  readonly ResultSet: {
    readonly Rows: readonly { readonly Data: readonly { readonly VarCharValue?: string }[] }[];
    readonly ResultSetMetadata: { readonly ColumnInfo: readonly { readonly Name: string }[] };
  };
}

export function addQueryCommand(program: Command): void {
  addClientOptions(
    program.command('query').description('Run SQL through the Athena API.').argument('<SQL>', 'one statement'),
  )
    .option('--database <D>', 'database of names without one', DEFAULT_DATABASE)
    .addOption(new Option('--output <FORMAT>', 'how to print').choices(['table', 'csv', 'json']).default('table'))
    .action(async (sql: string, options: { database: string; output: Format }, command: Command) => {
      const { client } = openClient(command);
      const queryId = await start(client, sql, options.database);
      const execution = await waitForEnd(client, queryId);
      if (execution.Status.State !== 'SUCCEEDED')
        throw new CliError(execution.Status.StateChangeReason ?? `the query was ${execution.Status.State}`);
      await PRINTERS[options.output](client, queryId);
    });
}

async function start(client: AwsClient, sql: string, database: string): Promise<string> {
  const input = { QueryString: sql, QueryExecutionContext: { Database: database, Catalog: 'AwsDataCatalog' } };
  return (await client.call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', input)).QueryExecutionId;
}

async function waitForEnd(client: AwsClient, queryId: string): Promise<Execution> {
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(POLL_MS_MAX, pauseMs * 1.5)) {
    const { QueryExecution } = await client.call<{ QueryExecution: Execution }>('athena', 'GetQueryExecution', {
      QueryExecutionId: queryId,
    });
    if (!['QUEUED', 'RUNNING'].includes(QueryExecution.Status.State)) return QueryExecution;
    await delay(pauseMs);
  }
}

const PRINTERS: Readonly<Record<Format, (client: AwsClient, queryId: string) => Promise<void>>> = {
  table: printTable,
  csv: printCsv,
  json: printJson,
};

interface Cells {
  readonly columns: readonly string[];
  /** Undefined is NULL. */
  readonly rows: readonly (readonly (string | undefined)[])[];
}

/** The answer page by page; a SELECT's header row is left out. */
async function* readPages(client: AwsClient, queryId: string): AsyncIterable<Cells> {
  let token: string | undefined;
  let isFirst = true;
  do {
    const page: ResultPage = await client.call('athena', 'GetQueryResults', {
      QueryExecutionId: queryId,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const columns = page.ResultSet.ResultSetMetadata.ColumnInfo.map((column) => column.Name);
    const rows = page.ResultSet.Rows.map((row) => row.Data.map((cell) => cell.VarCharValue));
    const hasHeader = isFirst && rows[0]?.every((cell, index) => cell === columns[index]);
    yield { columns, rows: hasHeader ? rows.slice(1) : rows };
    isFirst = false;
    token = page.NextToken;
  } while (token !== undefined);
}

async function printTable(client: AwsClient, queryId: string): Promise<void> {
  let columns: readonly string[] = [];
  const rows: string[][] = [];
  let isCut = false;
  for await (const page of readPages(client, queryId)) {
    columns = page.columns;
    for (const row of page.rows.slice(0, TABLE_ROWS_MAX - rows.length)) rows.push(row.map((cell) => cell ?? ''));
    isCut = rows.length === TABLE_ROWS_MAX;
    if (isCut) break;
  }
  if (columns.length === 0) return;
  const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  process.stdout.write(`${renderTable(columns, rows, width)}\n`);
  if (isCut) process.stderr.write(`The first ${TABLE_ROWS_MAX} rows; --output csv prints all.\n`);
}

async function printCsv(client: AwsClient, queryId: string): Promise<void> {
  const quote = (cell: string | undefined) => (cell === undefined ? '' : `"${cell.replaceAll('"', '""')}"`);
  let hasHeader = false;
  for await (const { columns, rows } of readPages(client, queryId)) {
    if (!hasHeader && columns.length > 0) process.stdout.write(`${columns.map(quote).join(',')}\n`);
    hasHeader = true;
    for (const row of rows) process.stdout.write(`${row.map(quote).join(',')}\n`);
  }
}

async function printJson(client: AwsClient, queryId: string): Promise<void> {
  for await (const { columns, rows } of readPages(client, queryId)) {
    for (const row of rows) {
      const object = Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]));
      process.stdout.write(`${JSON.stringify(object)}\n`);
    }
  }
}
