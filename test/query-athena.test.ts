import {
  AthenaClient,
  type AthenaClientConfig,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetWorkGroupCommand,
  ListQueryExecutionsCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAthenaService } from '../src/services/athena/athena-service.ts';
import { ACCOUNT, closeLake, type Desk, type Lake, openDesk, openLake } from './query-lake.ts';
import { CREDENTIALS, openWorld, REGION, refusal, type World } from './services-world.ts';

let lake: Lake;
let desk: Desk;
let world: World;
let athena: AthenaClient;

beforeAll(async () => {
  lake = await openLake();
  desk = await openDesk(lake);
  world = await openWorld(() => [createAthenaService({ queries: desk.queries })]);
  const config: AthenaClientConfig = {
    endpoint: world.endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  };
  athena = new AthenaClient(config);
});

afterAll(async () => {
  athena.destroy();
  await world[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
  await closeLake(lake);
  expect(world.internalErrors).toEqual([]);
});

async function run(input: StartQueryExecutionCommandInput) {
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand(input));
  await desk.finish(QueryExecutionId ?? '');
  const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
  return { QueryExecutionId, QueryExecution };
}

test('a client runs a query and reads its answer', async () => {
  const { QueryExecutionId, QueryExecution } = await run({
    QueryString: "SELECT 1 AS n, CAST(NULL AS varchar) AS t, 'é\"' AS u",
    QueryExecutionContext: { Database: 'lake', Catalog: 'AwsDataCatalog' },
    ResultConfiguration: { ExpectedBucketOwner: ACCOUNT },
  });
  expect(QueryExecution).toMatchObject({
    QueryExecutionId,
    StatementType: 'DML',
    SubstatementType: 'SELECT',
    WorkGroup: 'primary',
    QueryExecutionContext: { Database: 'lake', Catalog: 'AwsDataCatalog' },
    EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' },
    ResultConfiguration: {
      OutputLocation: `s3://aws-athena-query-results-${ACCOUNT}-${REGION}/${QueryExecutionId}.csv`,
    },
    Status: { State: 'SUCCEEDED' },
  });
  expect(QueryExecution?.Status?.StateChangeReason).toBeUndefined();
  expect(QueryExecution?.Status?.CompletionDateTime).toBeInstanceOf(Date);
  expect(QueryExecution?.Statistics?.TotalExecutionTimeInMillis).toBeGreaterThanOrEqual(0);
  const answer = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  expect(answer.NextToken).toBeUndefined();
  expect(answer.UpdateCount).toBe(0);
  expect(answer.ResultSet?.Rows).toEqual([
    { Data: [{ VarCharValue: 'n' }, { VarCharValue: 't' }, { VarCharValue: 'u' }] },
    { Data: [{ VarCharValue: '1' }, {}, { VarCharValue: 'é"' }] },
  ]);
  expect(answer.ResultSet?.ResultSetMetadata?.ColumnInfo?.[0]).toEqual({
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: 'n',
    Label: 'n',
    Type: 'integer',
    Precision: 10,
    Scale: 0,
    Nullable: 'UNKNOWN',
    CaseSensitive: false,
  });
});

test('the paginator of the SDK reads every row once', async () => {
  const { QueryExecutionId } = await run({ QueryString: 'SELECT x FROM UNNEST(sequence(1, 25)) a(x) ORDER BY x' });
  const rows: (string | undefined)[] = [];
  for await (const page of paginateGetQueryResults({ client: athena, pageSize: 4 }, { QueryExecutionId }))
    rows.push(...(page.ResultSet?.Rows ?? []).map((row) => row.Data?.[0]?.VarCharValue));
  expect(rows).toEqual(['x', ...Array.from({ length: 25 }, (_, i) => String(i + 1))]);
});

test('a wrong statement is taken and fails with its reason', async () => {
  const { QueryExecutionId, QueryExecution } = await run({ QueryString: 'SELECT * FROM lake.nothing' });
  const reason = QueryExecution?.Status?.StateChangeReason;
  expect(reason).toMatch(/^TABLE_NOT_FOUND/);
  expect(QueryExecution?.Status?.AthenaError).toEqual({ ErrorCategory: 2, Retryable: false, ErrorMessage: reason });
  expect(await refusal(athena.send(new GetQueryResultsCommand({ QueryExecutionId })))).toMatchObject({
    name: 'InvalidRequestException',
    message: 'Query did not finish successfully. Final query state: FAILED',
  });
});

test('utility statements answer one text a row, and no header', async () => {
  const { QueryExecutionId, QueryExecution } = await run({ QueryString: 'SHOW DATABASES' });
  expect(QueryExecution).toMatchObject({ StatementType: 'UTILITY', SubstatementType: 'SHOW_DATABASES' });
  expect(QueryExecution?.ResultConfiguration?.OutputLocation).toMatch(/\.txt$/);
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
  expect(ResultSet?.Rows).toEqual([{ Data: [{ VarCharValue: 'lake' }] }]);
  expect(ResultSet?.ResultSetMetadata?.ColumnInfo).toMatchObject([{ Name: 'database_name', Type: 'string' }]);
});

test('members that are not supported are refused by name', async () => {
  const inputs: Record<string, Partial<StartQueryExecutionCommandInput>> = {
    EncryptionConfiguration: { ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } } },
    AclConfiguration: { ResultConfiguration: { AclConfiguration: { S3AclOption: 'BUCKET_OWNER_FULL_CONTROL' } } },
    ExpectedBucketOwner: { ResultConfiguration: { ExpectedBucketOwner: '999999999999' } },
    ResultReuseConfiguration: { ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true } } },
    DataCatalog: { QueryExecutionContext: { Catalog: 'other' } },
    WorkGroup: { WorkGroup: 'other' },
    Empty: { QueryString: ' ' },
  };
  for (const [member, input] of Object.entries(inputs)) {
    const refused = await refusal(athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', ...input })));
    expect(refused).toMatchObject({ name: 'InvalidRequestException', status: 400 });
    expect(refused.message).toContain(member);
  }
  await run({
    QueryString: 'SELECT 1',
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
  });
});

test('an id nobody has is an invalid request everywhere', async () => {
  const input = { QueryExecutionId: '00000000-0000-4000-8000-000000000000' };
  const calls = [
    athena.send(new GetQueryExecutionCommand(input)),
    athena.send(new GetQueryResultsCommand(input)),
    athena.send(new StopQueryExecutionCommand(input)),
  ];
  for (const call of calls) {
    expect(await refusal(call)).toEqual({
      name: 'InvalidRequestException',
      message: 'QueryExecution ID was not found',
      status: 400,
    });
  }
});

test('lists queries, and describes the one work group', async () => {
  const { QueryExecutionId } = await run({ QueryString: 'SHOW DATABASES' });
  const listed = await athena.send(new ListQueryExecutionsCommand({ MaxResults: 1 }));
  expect(listed.QueryExecutionIds).toEqual([QueryExecutionId]);
  const next = await athena.send(new ListQueryExecutionsCommand({ MaxResults: 50, NextToken: listed.NextToken }));
  expect(next.QueryExecutionIds).not.toContain(QueryExecutionId);
  const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: 'primary' }));
  expect(WorkGroup).toMatchObject({
    Name: 'primary',
    State: 'ENABLED',
    Configuration: {
      EnforceWorkGroupConfiguration: false,
      ManagedQueryResultsConfiguration: { Enabled: false },
      ResultConfiguration: { OutputLocation: `s3://aws-athena-query-results-${ACCOUNT}-${REGION}/` },
    },
  });
  expect((await refusal(athena.send(new GetWorkGroupCommand({ WorkGroup: 'other' })))).message).toBe(
    'WorkGroup is not found.',
  );
});
