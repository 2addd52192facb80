import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { InvalidError, MissingError } from '../errors.ts';
import { findAssetType } from '../types/find-types.ts';
import { resolveForms } from '../types/resolve-forms.ts';
import type { TypeForms } from '../types/system-types.ts';
import type { AssetForm } from './asset-forms.ts';
import type { AssetRevision } from './asset-store.ts';
import type { GivenRevision } from './assets.ts';

export interface ResolvedRevision {
  /** As the type is told: without the domain in front. */
  readonly typeName: string;
  /** What lineage knows the asset by, as its details say. */
  readonly sourceIdentifier: string | undefined;
  readonly content: Omit<
    AssetRevision,
    'accountId' | 'domainId' | 'assetId' | 'revision' | 'createdBy' | 'createdAtMs'
  >;
}

/**
 * A revision with its type and forms found. Other forms than those of the type may be added, and terms of glossaries are
 * free: there are no glossaries yet.
 * @throws MissingError, InvalidError when a required form is not there, or does not hold what it should
 */
export async function resolveRevision(
  tx: StateTransaction,
  domain: DomainRef,
  typeIdentifier: string,
  given: GivenRevision,
): Promise<ResolvedRevision> {
  const type = await findAssetType(tx, domain, typeIdentifier, given.typeRevision);
  if (type === undefined || (given.typeRevision !== undefined && given.typeRevision !== type.revision))
    throw new MissingError("Asset's input resource");
  const forms = await resolveForms(tx, domain, given.forms, type.forms);
  const missing = findMissingForm(type.forms, forms);
  if (missing !== undefined)
    throw new InvalidError(`Form ${missing} is required by the asset type ${type.name} and was not provided.`);
  const { name, description, glossaryTerms, predictions } = given;
  return {
    typeName: type.name,
    sourceIdentifier: readSourceIdentifier(forms),
    content: { name, description, typeRevision: type.revision, forms, glossaryTerms, predictions },
  };
}

/** The first form that assets of the type have to have, and this one has not. */
export function findMissingForm(declared: TypeForms, forms: readonly AssetForm[]): string | undefined {
  const required = Object.entries(declared).filter(([, form]) => form.required);
  return required.find(([name]) => !forms.some((form) => form.formName === name))?.[0];
}

function readSourceIdentifier(forms: readonly AssetForm[]): string | undefined {
  const details = forms.find((form) => form.formName === 'AssetCommonDetailsForm');
  const { sourceIdentifier } = JSON.parse(details?.content ?? '{}') as { sourceIdentifier?: string | null };
  return sourceIdentifier ?? undefined;
}
