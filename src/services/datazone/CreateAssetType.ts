import type { CreateAssetTypeInput, CreateAssetTypeOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeAssetType } from './describe-type.ts';

export function createAssetType({ assetTypes }: DataZoneDeps): Handler<CreateAssetTypeInput, CreateAssetTypeOutput> {
  return async (input, ctx) => {
    const type = await assetTypes.create({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      name: input.name,
      forms: input.formsInput,
      projectId: input.owningProjectIdentifier,
      description: input.description,
    });
    return describeAssetType(input.domainIdentifier, type);
  };
}
