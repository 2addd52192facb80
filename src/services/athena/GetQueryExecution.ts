import type { QueryExecution as Execution } from '../../query/execution.ts';
import { formatLocation } from '../../query/locations.ts';
import type {
  GetQueryExecutionInput,
  GetQueryExecutionOutput,
  QueryExecution,
  QueryExecutionStatistics,
  QueryExecutionStatus,
} from '../../wire/generated/athena.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { AthenaDeps } from './athena-service.ts';
import { withServiceErrors } from './errors.ts';
import { engineVersion } from './GetWorkGroup.ts';

export function getQueryExecution(deps: AthenaDeps): Handler<GetQueryExecutionInput, GetQueryExecutionOutput> {
  return async (input) => {
    const execution = await withServiceErrors(() => deps.queries.get(input.QueryExecutionId));
    return { QueryExecution: describe(execution, deps) };
  };
}

function describe(execution: Execution, { queries }: AthenaDeps): QueryExecution {
  return {
    QueryExecutionId: execution.id,
    Query: execution.sql,
    StatementType: execution.statementType,
    ManagedQueryResultsConfiguration: { Enabled: false },
    ResultConfiguration: { OutputLocation: formatLocation(execution.outputBucket, execution.outputKey) },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: { Database: execution.database, Catalog: execution.catalog },
    Status: describeStatus(execution),
    Statistics: describeStatistics(execution),
    WorkGroup: execution.workGroup,
    EngineVersion: engineVersion(queries.workGroup),
    SubstatementType: execution.substatementType,
  };
}

function describeStatus(execution: Execution): QueryExecutionStatus {
  const { status, stateChangeReason, errorCategory } = execution;
  return {
    State: status,
    StateChangeReason: stateChangeReason,
    SubmissionDateTime: execution.submittedAtMs,
    CompletionDateTime: execution.completedAtMs,
    AthenaError:
      errorCategory === undefined
        ? undefined
        : { ErrorCategory: errorCategory, Retryable: false, ErrorMessage: stateChangeReason },
  };
}

function describeStatistics(execution: Execution): QueryExecutionStatistics {
  const { submittedAtMs, startedAtMs, completedAtMs, result } = execution;
  const queuedUntilMs = startedAtMs ?? completedAtMs;
  return {
    EngineExecutionTimeInMillis: elapsed(startedAtMs, completedAtMs),
    DataScannedInBytes: completedAtMs === undefined ? undefined : (result?.scannedBytes ?? 0),
    TotalExecutionTimeInMillis: elapsed(submittedAtMs, completedAtMs),
    QueryQueueTimeInMillis: elapsed(submittedAtMs, queuedUntilMs),
    ServiceProcessingTimeInMillis: completedAtMs === undefined ? undefined : 0,
    ResultReuseInformation: { ReusedPreviousResult: false },
  };
}

/** A clock may be set back between the two. */
function elapsed(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : Math.max(0, toMs - fromMs);
}
