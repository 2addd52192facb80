import type { GetTableRequest, GetTableResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describeTable } from './describe-catalog.ts';
import type { GlueDeps } from './glue-service.ts';
import { refuseTimeTravel, requireDefaultCatalog, requireTable } from './scope.ts';

/** IncludeStatusDetails asks how a change of the table is getting on; ours are done when they are answered. */
export function getTable({ state }: GlueDeps): Handler<GetTableRequest, GetTableResponse> {
  return async (input, { accountId }) => {
    requireDefaultCatalog(input.CatalogId, accountId);
    refuseTimeTravel(input);
    const ref = { database: input.DatabaseName, name: input.Name };
    return { Table: describeTable(await requireTable(state.queries, accountId, ref), accountId) };
  };
}
