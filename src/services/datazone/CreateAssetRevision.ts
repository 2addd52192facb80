import type { CreateAssetRevisionInput, CreateAssetRevisionOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeAsset, readGivenRevision } from './describe-asset.ts';

/** Replaces all forms: the new revision has what is said here, and nothing else. */
export function createAssetRevision({
  assets,
}: DataZoneDeps): Handler<CreateAssetRevisionInput, CreateAssetRevisionOutput> {
  return async (input, ctx) => {
    const ref = { accountId: ctx.accountId, domainId: input.domainIdentifier, assetId: input.identifier };
    const view = await assets.revise(ref, readGivenRevision(input), tokenUse(ctx, { ...input }));
    return { ...describeAsset(view), predictionConfiguration: view.revision.predictions };
  };
}
