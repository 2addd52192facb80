import { deleteTable as removeTable } from '../../catalog/tables.ts';
import type { DeleteTableRequest, DeleteTableResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { GlueDeps } from './glue-service.ts';
import { refuseTimeTravel, requireDefaultCatalog, requireTable } from './scope.ts';

/** Table or view, its partitions with it; files stay. An export whose table is deleted stops with an error. */
export function deleteTable({ state }: GlueDeps): Handler<DeleteTableRequest, DeleteTableResponse> {
  return async (input, { accountId }) => {
    requireDefaultCatalog(input.CatalogId, accountId);
    refuseTimeTravel(input);
    await state.transaction(async (tx) => {
      const found = await requireTable(tx, accountId, { database: input.DatabaseName, name: input.Name });
      await removeTable(tx, accountId, found.database, found.name);
    });
    return {};
  };
}
