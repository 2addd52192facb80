import { normaliseName } from '../../catalog/catalog.ts';
import { putTable } from '../../catalog/tables.ts';
import type { UpdateTableRequest, UpdateTableResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { ConcurrentModificationException, InvalidInputException } from './errors.ts';
import type { GlueDeps } from './glue-service.ts';
import { readTableInput } from './read-table-input.ts';
import { refuseMembers } from './refuse-members.ts';
import { refuseTimeTravel, requireDefaultCatalog, requireTable } from './scope.ts';

/**
 * The whole definition is taken from the caller; the same one again is no new version. SkipArchive is about versions that were,
 * which nothing here reads.
 */
export function updateTable({ state, clock }: GlueDeps): Handler<UpdateTableRequest, UpdateTableResponse> {
  return async (input, { accountId }) => {
    requireDefaultCatalog(input.CatalogId, accountId);
    refuseTimeTravel(input);
    const { ViewUpdateAction, Force, UpdateOpenTableFormatInput } = input;
    refuseMembers({ ViewUpdateAction, Force: Force === true ? Force : undefined, UpdateOpenTableFormatInput });
    const wanted = input.TableInput;
    if (wanted === undefined) throw new InvalidInputException('TableInput is required.');
    if (input.Name !== undefined && normaliseName(input.Name) !== normaliseName(wanted.Name))
      throw new InvalidInputException('A table cannot be renamed: Name and TableInput.Name differ.');
    const definition = readTableInput(wanted);
    await state.transaction(async (tx) => {
      const known = await requireTable(tx, accountId, { database: input.DatabaseName, name: wanted.Name });
      if (input.VersionId !== undefined && input.VersionId !== String(known.version))
        throw new ConcurrentModificationException(`Table ${known.name} has version ${known.version}.`);
      if (known.type === 'VIRTUAL_VIEW')
        throw new InvalidInputException('A view is changed by CREATE OR REPLACE VIEW in Athena.');
      const { database, name } = known;
      await putTable(tx, { accountId, database, name, definition, nowMs: clock.nowMs() });
    });
    return {};
  };
}
