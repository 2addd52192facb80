import { deleteDatabase as removeDatabase } from '../../catalog/catalog.ts';
import { deleteTable, listTables } from '../../catalog/tables.ts';
import type { StateStore } from '../../ports/state/state-store.ts';
import type { DeleteDatabaseRequest, DeleteDatabaseResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { GlueDeps } from './glue-service.ts';
import { requireDatabase, requireDefaultCatalog } from './scope.ts';

const TABLES_A_TRANSACTION = 50;

/** Its tables and their partitions go before the answer (decision G5), the database itself with the last of them. */
export function deleteDatabase({ state }: GlueDeps): Handler<DeleteDatabaseRequest, DeleteDatabaseResponse> {
  return async ({ CatalogId, Name }, { accountId }) => {
    requireDefaultCatalog(CatalogId, accountId);
    const { name } = await requireDatabase(state.queries, accountId, Name);
    while (!(await deleteSome(state, accountId, name)));
    return {};
  };
}

/** True when nothing is left. */
function deleteSome(state: StateStore, accountId: string, database: string): Promise<boolean> {
  return state.transaction(async (tx) => {
    const tables = await listTables(tx, accountId, database, { limit: TABLES_A_TRANSACTION });
    for (const { name } of tables) await deleteTable(tx, accountId, database, name);
    if (tables.length === TABLES_A_TRANSACTION) return false;
    await removeDatabase(tx, accountId, database);
    return true;
  });
}
