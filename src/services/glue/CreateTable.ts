import { findTable, putTable } from '../../catalog/tables.ts';
import type { CreateTableRequest, CreateTableResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { AlreadyExistsException, InvalidInputException } from './errors.ts';
import type { GlueDeps } from './glue-service.ts';
import { readTableInput } from './read-table-input.ts';
import { refuseMembers } from './refuse-members.ts';
import { refuseTimeTravel, requireDatabase, requireDefaultCatalog } from './scope.ts';

export function createTable({ state, clock }: GlueDeps): Handler<CreateTableRequest, CreateTableResponse> {
  return async (input, { accountId }) => {
    requireDefaultCatalog(input.CatalogId, accountId);
    refuseTimeTravel(input);
    refuseMembers({ PartitionIndexes: input.PartitionIndexes, OpenTableFormatInput: input.OpenTableFormatInput });
    const wanted = input.TableInput;
    if (wanted === undefined) throw new InvalidInputException('TableInput is required.');
    if (input.Name !== undefined && input.Name !== wanted.Name)
      throw new InvalidInputException('Name and TableInput.Name differ.');
    const definition = readTableInput(wanted);
    await state.transaction(async (tx) => {
      const database = await requireDatabase(tx, accountId, input.DatabaseName);
      if ((await findTable(tx, accountId, database.name, wanted.Name)) !== undefined)
        throw new AlreadyExistsException('Table already exists.');
      const nowMs = clock.nowMs();
      await putTable(tx, { accountId, database: database.name, name: wanted.Name, definition, nowMs });
    });
    return {};
  };
}
