/** Types by the names that callers have for them: those of the system, and those of a domain with its id in front or without. */

import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { SYSTEM } from '../ids.ts';
import type { FormModel } from './form-model.ts';
import { parseFormModel } from './smithy-parser.ts';
import { NAMESPACE, SYSTEM_ASSET_TYPES, SYSTEM_FORM_TYPES, SYSTEM_PROJECT_ID } from './system-types.ts';
import * as store from './type-store.ts';

/** Of the system: the same in all domains. */
const SYSTEM_PARTS = { projectId: SYSTEM_PROJECT_ID, createdBy: SYSTEM, createdAtMs: undefined } as const;

export const MANAGED_FORM_TYPES: readonly store.FormType[] = SYSTEM_FORM_TYPES.map((type) => ({
  ...SYSTEM_PARTS,
  ...type,
  status: 'ENABLED',
  description: undefined,
}));

export const MANAGED_ASSET_TYPES: readonly store.AssetType[] = SYSTEM_ASSET_TYPES.map((type) => ({
  ...SYSTEM_PARTS,
  ...type,
}));

export function isManaged(name: string): boolean {
  return name.startsWith(`${NAMESPACE}.`);
}

/** The revision asked for; without one, and where there is none of that number, the newest. */
export async function findFormType(
  queries: StateQueries,
  domain: DomainRef,
  identifier: string,
  revision?: string | undefined,
): Promise<store.FormType | undefined> {
  if (isManaged(identifier)) return MANAGED_FORM_TYPES.find((type) => type.name === identifier);
  const types = await store.listFormTypeRevisions(queries, domain, localName(domain, identifier));
  return types.find((type) => type.revision === revision) ?? types[0];
}

/** As for form types. */
export async function findAssetType(
  queries: StateQueries,
  domain: DomainRef,
  identifier: string,
  revision?: string | undefined,
): Promise<store.AssetType | undefined> {
  if (isManaged(identifier)) return MANAGED_ASSET_TYPES.find((type) => type.name === identifier);
  const types = await store.listAssetTypeRevisions(queries, domain, localName(domain, identifier));
  return types.find((type) => type.revision === revision) ?? types[0];
}

/** Answers have no prefix. */
function localName({ domainId }: DomainRef, identifier: string): string {
  return identifier.startsWith(`${domainId}.`) ? identifier.slice(domainId.length + 1) : identifier;
}

const MODELS_MAX = 200;
const models = new Map<string, FormModel>();

/** The model of a type that was accepted once. Types never change, so what was read stays read. */
export function modelOf({ name, smithy }: { readonly name: string; readonly smithy: string }): FormModel {
  const key = `${name}\n${smithy}`;
  const known = models.get(key);
  if (known !== undefined) return known;
  const model = parseFormModel(smithy, name);
  if (models.size >= MODELS_MAX) models.delete(models.keys().next().value ?? '');
  models.set(key, model);
  return model;
}
