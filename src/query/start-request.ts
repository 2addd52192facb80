import { createHash } from 'node:crypto';
import type { Insertable } from 'kysely';
import type { QueryExecutionsTable } from '../ports/state/schema.ts';
import { QueryRefusedError } from './errors.ts';
import { asFolder, type Location, parseLocation } from './locations.ts';
import { classifyStatement, isEmptyStatement } from './statements/parse-statement.ts';
import { PRIMARY, type WorkGroup } from './work-groups.ts';

export const CATALOG = 'AwsDataCatalog';

export interface StartRequest {
  readonly sql: string;
  readonly clientRequestToken?: string | undefined;
  readonly catalog?: string | undefined;
  readonly database?: string | undefined;
  readonly workGroup?: string | undefined;
  readonly outputLocation?: string | undefined;
  readonly parameters: readonly string[];
}

/** What a request comes to: the row of its query, and the bucket that has to exist. */
export interface PlannedQuery {
  readonly row: Insertable<QueryExecutionsTable>;
  readonly requestHash: string;
}

/** Checks what can be checked of the request alone. @throws QueryRefusedError */
export function planQuery(
  request: StartRequest,
  context: { accountId: string; id: string; workGroup: WorkGroup; nowMs: number },
): PlannedQuery {
  checkRequest(request);
  const output = readOutput(request.outputLocation ?? context.workGroup.outputLocation);
  const statement = classifyStatement(request.sql);
  const requestHash = hashRequest(request);
  const row = {
    account_id: context.accountId,
    query_execution_id: context.id,
    work_group: context.workGroup.name,
    status: 'QUEUED',
    sql: request.sql,
    statement_type: statement.type,
    substatement_type: statement.substatementType ?? null,
    catalog: CATALOG,
    database_name: request.database ?? null,
    parameters_json: JSON.stringify(request.parameters),
    client_request_token: request.clientRequestToken ?? null,
    request_hash: requestHash,
    output_bucket: output.bucket,
    output_key: `${output.prefix}${context.id}.${statement.extension}`,
    submitted_at_ms: context.nowMs,
    attempts: 0,
  };
  return { row, requestHash };
}

function checkRequest(request: StartRequest): void {
  if (isEmptyStatement(request.sql)) throw new QueryRefusedError('Empty queries are not supported');
  if ((request.workGroup ?? PRIMARY) !== PRIMARY) throw new QueryRefusedError('WorkGroup is not found.');
  const { catalog } = request;
  if (catalog !== undefined && catalog.toLowerCase() !== CATALOG.toLowerCase())
    throw new QueryRefusedError(`DataCatalog ${catalog} was not found`);
}

function readOutput(text: string): Location {
  const location = parseLocation(text);
  if (location === undefined) throw new QueryRefusedError('outputLocation is not a valid S3 path.');
  return asFolder(location);
}

function hashRequest(request: StartRequest): string {
  const { sql, catalog, database, workGroup, outputLocation, parameters } = request;
  const parts = [sql, catalog ?? CATALOG, database, workGroup ?? PRIMARY, outputLocation, parameters];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
