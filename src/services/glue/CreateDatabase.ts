import { insertDatabase } from '../../catalog/catalog.ts';
import type { CreateDatabaseRequest, CreateDatabaseResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { AlreadyExistsException } from './errors.ts';
import type { GlueDeps } from './glue-service.ts';
import { refuseMembers } from './refuse-members.ts';
import { requireDefaultCatalog } from './scope.ts';

export function createDatabase({ state, clock }: GlueDeps): Handler<CreateDatabaseRequest, CreateDatabaseResponse> {
  return async ({ CatalogId, DatabaseInput: wanted, Tags }, { accountId }) => {
    requireDefaultCatalog(CatalogId, accountId);
    refuseMembers({
      Tags,
      'DatabaseInput.CreateTableDefaultPermissions': wanted.CreateTableDefaultPermissions,
      'DatabaseInput.TargetDatabase': wanted.TargetDatabase,
      'DatabaseInput.FederatedDatabase': wanted.FederatedDatabase,
    });
    const isNew = await insertDatabase(state.queries, accountId, {
      name: wanted.Name,
      ...(wanted.Description === undefined ? {} : { description: wanted.Description }),
      ...(wanted.LocationUri === undefined ? {} : { locationUri: wanted.LocationUri }),
      parameters: wanted.Parameters ?? {},
      createdAtMs: clock.nowMs(),
    });
    if (!isNew) throw new AlreadyExistsException('Database already exists.');
    return {};
  };
}
