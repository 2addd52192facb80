import type { DeleteDataSourceInput, DeleteDataSourceOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeDataSourceFully } from './describe-data-source.ts';

/** Answers DELETING; its assets, runs and activities stay. */
export function deleteDataSource({
  dataSources,
}: DataZoneDeps): Handler<DeleteDataSourceInput, DeleteDataSourceOutput> {
  return async (input, ctx) => {
    const source = { accountId: ctx.accountId, domainId: input.domainIdentifier, dataSourceId: input.identifier };
    const going = await dataSources.delete(source, tokenUse(ctx, { ...input }));
    const { retainPermissionsOnRevokeFailure } = input;
    return { ...describeDataSourceFully(going), retainPermissionsOnRevokeFailure };
  };
}
