import { isManaged } from '../../governance/types/find-types.ts';
import { SYSTEM_DOMAIN_ID } from '../../governance/types/system-types.ts';
import type { AssetType, FormType } from '../../governance/types/type-store.ts';
import type { AssetTypeItem, FormTypeData } from '../../wire/generated/datazone.ts';

/** A type that people made begins in its own domain and project; it never changes, so nobody ever updated it. */
export function describeAssetType(domainId: string, type: AssetType): AssetTypeItem {
  return {
    domainId,
    name: type.name,
    revision: type.revision,
    description: type.description,
    formsOutput: type.forms,
    ...describeOrigin(domainId, type),
    createdAt: type.createdAtMs,
    createdBy: type.createdBy,
    updatedAt: type.createdAtMs,
    updatedBy: type.createdBy,
  };
}

export function describeFormType(domainId: string, type: FormType): FormTypeData {
  return {
    domainId,
    name: type.name,
    revision: type.revision,
    model: { smithy: type.smithy },
    status: type.status,
    description: type.description,
    ...describeOrigin(domainId, type),
    createdAt: type.createdAtMs,
    createdBy: type.createdBy,
  };
}

function describeOrigin(domainId: string, { name, projectId }: AssetType | FormType) {
  return {
    owningProjectId: projectId,
    originDomainId: isManaged(name) ? SYSTEM_DOMAIN_ID : domainId,
    originProjectId: projectId,
  };
}
