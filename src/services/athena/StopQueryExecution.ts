import type { StopQueryExecutionInput, StopQueryExecutionOutput } from '../../wire/generated/athena.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { AthenaDeps } from './athena-service.ts';
import { withServiceErrors } from './errors.ts';

export function stopQueryExecution({
  queries,
}: AthenaDeps): Handler<StopQueryExecutionInput, StopQueryExecutionOutput> {
  return async (input) => {
    await withServiceErrors(() => queries.stop(input.QueryExecutionId));
    return {};
  };
}
