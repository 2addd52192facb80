import type { CreateAssetInput, CreateAssetOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeAsset, readGivenRevision } from './describe-asset.ts';

export function createAsset({ assets }: DataZoneDeps): Handler<CreateAssetInput, CreateAssetOutput> {
  return async (input, ctx) => {
    const wanted = {
      ...readGivenRevision(input),
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      projectId: input.owningProjectIdentifier,
      typeIdentifier: input.typeIdentifier,
      externalIdentifier: input.externalIdentifier,
    };
    const view = await assets.create(wanted, tokenUse(ctx, { ...input }));
    return { ...describeAsset(view), predictionConfiguration: view.revision.predictions };
  };
}
