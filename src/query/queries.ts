import { findBucket } from '../buckets/buckets.ts';
import { formatUuid } from '../core/ids.ts';
import { decodePageToken, encodePageToken, type PageScope } from '../core/pagination.ts';
import { transition } from '../core/state-machine.ts';
import { DAY_MS } from '../core/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/objects.ts';
import type { Random } from '../ports/random.ts';
import type { ResultColumn } from '../ports/sql-engine.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { QueryRefusedError, TooManyQueriesError } from './errors.ts';
import { HISTORY_MS, type QueryExecution, readExecution } from './execution.ts';
import { isOver, QUERY_MACHINE } from './query-states.ts';
import { readResultPage } from './read-result-page.ts';
import { findResult } from './result-objects.ts';
import { parseCsvRecord, parseTextRecord, type ResultRow } from './result-records.ts';
import { type PlannedQuery, planQuery, type StartRequest } from './start-request.ts';
import * as store from './store.ts';
import { defaultResultsBucket, ensureResultsBucket, PRIMARY, primaryWorkGroup, type WorkGroup } from './work-groups.ts';

export interface QueriesOptions {
  readonly accountId: string;
  readonly region: string;
  readonly queuedMax: number;
  /** Seals page tokens. */
  readonly pageTokenKey: Uint8Array;
  /** `s3://bucket/prefix/` for requests that do not say; by default a bucket of its own, made by `prepare`. */
  readonly outputLocation?: string;
}

/** Told about changes, so that a runner in the same process need not wait for its next look. */
export interface QueryListener {
  wake(): void;
  cancel(queryExecutionId: string): void;
}

export interface ResultsRequest {
  readonly token?: string | undefined;
  readonly rowsMax: number;
}

export interface ResultsPage {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly ResultRow[];
  readonly nextToken: string | undefined;
}

/** Key of the last item seen. */
type PagePosition = readonly (string | number)[];

const TOKEN_WINDOW_MS = DAY_MS;

/** The queries of one account: taking them in, looking at them, reading their answers. */
export class Queries {
  readonly workGroup: WorkGroup;
  readonly #ports: { state: StateStore; objects: ObjectStore; clock: Clock; random: Random };
  readonly #options: QueriesOptions;
  readonly #listener: QueryListener | undefined;

  constructor(
    ports: { state: StateStore; objects: ObjectStore; clock: Clock; random: Random; listener?: QueryListener },
    options: QueriesOptions,
  ) {
    this.#ports = ports;
    this.#options = options;
    this.#listener = ports.listener;
    const bucket = defaultResultsBucket(options.accountId, options.region);
    this.workGroup = primaryWorkGroup(options.outputLocation ?? `s3://${bucket}/`);
  }

  /** Makes the default results bucket, unless answers go elsewhere. */
  async prepare(): Promise<void> {
    const { accountId, region, outputLocation } = this.#options;
    if (outputLocation !== undefined) return;
    const name = defaultResultsBucket(accountId, region);
    await ensureResultsBucket(this.#ports.state, { accountId, name, region, nowMs: this.#ports.clock.nowMs() });
  }

  /** The same token and request give the same query. @throws QueryRefusedError, TooManyQueriesError */
  async start(request: StartRequest): Promise<string> {
    const id = formatUuid(this.#ports.random.bytes(16));
    const nowMs = this.#ports.clock.nowMs();
    const planned = planQuery(request, {
      accountId: this.#options.accountId,
      id,
      workGroup: this.workGroup,
      nowMs,
    });
    const started = await this.#ports.state.transaction((tx) => this.#insert(tx, planned, nowMs));
    this.#listener?.wake();
    return started;
  }

  /** @throws QueryRefusedError when there is no such query */
  async get(id: string): Promise<QueryExecution> {
    const row = await store.findQuery(this.#ports.state.queries, this.#ref(id));
    if (row === undefined || row.submitted_at_ms < this.#oldestMs()) {
      throw new QueryRefusedError('QueryExecution ID was not found');
    }
    return readExecution(row);
  }

  /** Ids, newest first. */
  async list(request: { workGroup?: string | undefined; token?: string | undefined; limit: number }): Promise<{
    ids: string[];
    nextToken: string | undefined;
  }> {
    const workGroup = request.workGroup ?? PRIMARY;
    if (workGroup !== PRIMARY) throw new QueryRefusedError('WorkGroup is not found.');
    const scope = this.#scope('ListQueryExecutions', { workGroup });
    const position = this.#readToken(scope, request.token);
    const after = position && { submittedAtMs: Number(position[0]), id: String(position[1]) };
    const page = { workGroup, sinceMs: this.#oldestMs(), after, limit: request.limit + 1 };
    const found = await store.listQueryIds(this.#ports.state.queries, this.#options.accountId, page);
    const rows = found.slice(0, request.limit);
    const last = rows.at(-1);
    const hasMore = last !== undefined && found.length > rows.length;
    return {
      ids: rows.map((row) => row.query_execution_id),
      nextToken: hasMore ? this.#writeToken(scope, [last.submitted_at_ms, last.query_execution_id]) : undefined,
    };
  }

  /** A query that is over stays as it is. @throws QueryRefusedError when there is no such query */
  async stop(id: string): Promise<void> {
    await this.get(id);
    await this.#ports.state.transaction(async (tx) => {
      const row = await store.findQuery(tx, this.#ref(id));
      if (row === undefined) return;
      const { status: from } = readExecution(row);
      if (transition(QUERY_MACHINE, from, 'cancel') === undefined) return;
      const change = { from, nowMs: this.#ports.clock.nowMs(), reason: 'Query cancelled by user' };
      await store.markCancelled(tx, this.#ref(id), change);
    });
    this.#listener?.cancel(id);
  }

  /** A page of a succeeded query's answer; the header line of a SELECT is its first row. @throws QueryRefusedError */
  async results(id: string, request: ResultsRequest): Promise<ResultsPage> {
    const execution = await this.get(id);
    const columns = requireResult(execution).columns;
    const scope = this.#scope('GetQueryResults', { id });
    const offset = Number(this.#readToken(scope, request.token)?.[0] ?? 0);
    const object = await findResult(this.#ports.state.queries, execution);
    if (object === undefined) throw new QueryRefusedError('Could not find results');
    const { objectKey, sizeBytes } = object;
    const parse = execution.outputKey.endsWith('.csv') ? parseCsvRecord : parseTextRecord;
    const file = { objectKey, sizeBytes, parse };
    const page = await readResultPage(this.#ports.objects, file, offset, request.rowsMax);
    const nextToken = page.next === undefined ? undefined : this.#writeToken(scope, [page.next]);
    return { columns, rows: page.rows, nextToken };
  }

  async #insert(tx: StateTransaction, planned: PlannedQuery, nowMs: number): Promise<string> {
    const { accountId, queuedMax } = this.#options;
    const earlier = await this.#findEarlier(tx, planned, nowMs);
    if (earlier !== undefined) return earlier;
    const { output_bucket: bucket } = planned.row;
    if ((await findBucket(tx, accountId, bucket)) === undefined)
      throw new QueryRefusedError(`Unable to verify/create output bucket ${bucket}`);
    if ((await store.countByStatus(tx, accountId, 'QUEUED')) >= queuedMax) throw new TooManyQueriesError(queuedMax);
    await store.insertQuery(tx, planned.row);
    return planned.row.query_execution_id;
  }

  /** The query that this very request has started before. */
  async #findEarlier(tx: StateTransaction, planned: PlannedQuery, nowMs: number): Promise<string | undefined> {
    const token = planned.row.client_request_token;
    if (token === null || token === undefined) return undefined;
    const known = await store.findByToken(tx, this.#options.accountId, token);
    if (known === undefined) return undefined;
    if (nowMs - known.submitted_at_ms >= TOKEN_WINDOW_MS) {
      await store.releaseToken(tx, this.#ref(known.query_execution_id));
      return undefined;
    }
    if (known.request_hash !== planned.requestHash) throw new QueryRefusedError('Idempotent parameters do not match');
    return known.query_execution_id;
  }

  #readToken(scope: PageScope, token: string | undefined): PagePosition | undefined {
    if (token === undefined) return undefined;
    const position = decodePageToken(this.#options.pageTokenKey, scope, token);
    if (position === undefined) throw new QueryRefusedError('The NextToken is not valid for this request');
    // Sealed by us for this operation: it is what we put in.
    return position as PagePosition;
  }

  #writeToken(scope: PageScope, position: PagePosition): string {
    return encodePageToken(this.#options.pageTokenKey, scope, position);
  }

  #scope(operation: string, inputs: Record<string, unknown>): PageScope {
    return { accountId: this.#options.accountId, operation, inputs };
  }

  #ref(id: string): store.QueryRef {
    return { accountId: this.#options.accountId, id };
  }

  #oldestMs(): number {
    return this.#ports.clock.nowMs() - HISTORY_MS;
  }
}

function requireResult(execution: QueryExecution) {
  const { status, result } = execution;
  if (!isOver(status)) throw new QueryRefusedError(`Query has not yet finished. Current state: ${status}`);
  if (result !== undefined) return result;
  throw new QueryRefusedError(`Query did not finish successfully. Final query state: ${status}`);
}
