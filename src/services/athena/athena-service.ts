import type { Queries } from '../../query/queries.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { AthenaOperations } from '../../wire/generated/athena.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { getQueryExecution } from './GetQueryExecution.ts';
import { getQueryResults } from './GetQueryResults.ts';
import { getWorkGroup } from './GetWorkGroup.ts';
import { listQueryExecutions } from './ListQueryExecutions.ts';
import { startQueryExecution } from './StartQueryExecution.ts';
import { stopQueryExecution } from './StopQueryExecution.ts';

export interface AthenaDeps {
  readonly queries: Queries;
}

export function createAthenaService(deps: AthenaDeps): ServiceRegistration {
  const handlers: Handlers<AthenaOperations> = {
    GetQueryExecution: getQueryExecution(deps),
    GetQueryResults: getQueryResults(deps),
    GetWorkGroup: getWorkGroup(deps),
    ListQueryExecutions: listQueryExecutions(deps),
    StartQueryExecution: startQueryExecution(deps),
    StopQueryExecution: stopQueryExecution(deps),
  };
  return { name: 'athena', handlers };
}
