import type { CreateDataSourceInput, CreateDataSourceOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import { readConfiguration } from './data-source-configuration.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeDataSource } from './describe-data-source.ts';

/** Answers CREATING; it is READY, or has failed, a moment later. */
export function createDataSource({
  dataSources,
}: DataZoneDeps): Handler<CreateDataSourceInput, CreateDataSourceOutput> {
  return async (input, ctx) => {
    const wanted = {
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      projectId: input.projectIdentifier,
      environmentId: input.environmentIdentifier,
      connectionId: input.connectionIdentifier,
      name: input.name,
      description: input.description,
      type: input.type,
      configuration: readConfiguration(input.type, input.configuration),
      recommendation: input.recommendation,
      enableSetting: input.enableSetting,
      publishOnImport: input.publishOnImport,
      forms: input.assetFormsInput,
      schedule: input.schedule,
    };
    return describeDataSource(await dataSources.create(wanted, tokenUse(ctx, { ...input })));
  };
}
