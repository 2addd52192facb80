import type { UpdateDataSourceInput, UpdateDataSourceOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { readConfiguration } from './data-source-configuration.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeDataSourceFully } from './describe-data-source.ts';

/** Answers UPDATING; what was not said stays. A schedule without members ends the schedule. */
export function updateDataSource({
  dataSources,
}: DataZoneDeps): Handler<UpdateDataSourceInput, UpdateDataSourceOutput> {
  return async (input, ctx) => {
    const { configuration, retainPermissionsOnRevokeFailure } = input;
    const source = { accountId: ctx.accountId, domainId: input.domainIdentifier, dataSourceId: input.identifier };
    const wanted = {
      name: input.name,
      description: input.description,
      // Sources of another type are not made in the first place.
      configuration: configuration && readConfiguration('GLUE', configuration),
      recommendation: input.recommendation,
      enableSetting: input.enableSetting,
      publishOnImport: input.publishOnImport,
      forms: input.assetFormsInput,
      schedule: input.schedule,
    };
    const updated = await dataSources.update(source, wanted);
    return { ...describeDataSourceFully(updated), retainPermissionsOnRevokeFailure };
  };
}
