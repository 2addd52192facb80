import type { GetDatabaseRequest, GetDatabaseResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describeDatabase } from './describe-catalog.ts';
import type { GlueDeps } from './glue-service.ts';
import { requireDatabase, requireDefaultCatalog } from './scope.ts';

export function getDatabase({ state }: GlueDeps): Handler<GetDatabaseRequest, GetDatabaseResponse> {
  return async ({ CatalogId, Name }, { accountId }) => {
    requireDefaultCatalog(CatalogId, accountId);
    return { Database: describeDatabase(await requireDatabase(state.queries, accountId, Name), accountId) };
  };
}
