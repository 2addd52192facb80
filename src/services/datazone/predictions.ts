import type { Assets } from '../../governance/assets/assets.ts';
import { ValidationException } from './errors.ts';
import { readRevision } from './read-revision.ts';

/** We generate no names, so no revision of an asset has a prediction (decision D14). */
export async function refusePredictions(
  assets: Assets,
  accountId: string,
  input: { readonly domainIdentifier: string; readonly identifier: string; readonly revision?: string | undefined },
): Promise<never> {
  const domain = { accountId, domainId: input.domainIdentifier };
  await assets.get(domain, { assetId: input.identifier }, readRevision(input.revision));
  throw new ValidationException('The given Asset has no predictions to accept or reject.');
}
