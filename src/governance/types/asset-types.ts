import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from '../containers/domains.ts';
import { requireActiveProject } from '../containers/projects.ts';
import { ConflictError, DeniedError, InvalidError, MissingError, QuotaError } from '../errors.ts';
import { userIdOf } from '../ids.ts';
import { ATTRIBUTE } from '../search/facts.ts';
import { isFactKnown } from '../search/search-documents.ts';
import { findAssetType, findFormType, isManaged } from './find-types.ts';
import { TYPES_MAX } from './form-types.ts';
import { COMMON_FORMS, type TypeForm, type TypeForms } from './system-types.ts';
import * as store from './type-store.ts';

export interface GivenTypeForm {
  readonly typeIdentifier: string;
  readonly typeRevision: string;
  readonly required?: boolean | undefined;
}

export interface NewAssetType extends DomainRef {
  readonly name: string;
  readonly forms: Readonly<Record<string, GivenTypeForm>>;
  readonly projectId: string;
  readonly description: string | undefined;
}

/** What names callers can ask by; CreateAssetType's own pattern lets anything through. */
const NAME = /^(?!\.)[\w.]*\w$/;

/** Asset types: which forms assets have, and must have. */
export class AssetTypes {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** Every type gains AssetCommonDetailsForm. @throws MissingError, ConflictError, InvalidError */
  create(wanted: NewAssetType): Promise<store.AssetType> {
    return this.#ports.state.transaction(async (tx) => {
      await requireAvailableDomain(tx, wanted);
      await requireActiveProject(tx, wanted, wanted.projectId);
      if (isManaged(wanted.name)) throw new InvalidError('Names in amazon.datazone are those of the service itself.');
      if (!NAME.test(wanted.name))
        throw new InvalidError('The name of an asset type has letters, digits, underscores and dots within only.');
      if ((await findAssetType(tx, wanted, wanted.name)) !== undefined)
        throw new ConflictError(`An asset type with the name ${wanted.name} already exists in this domain.`);
      if ((await store.countTypes(tx, wanted, 'asset_types')) >= TYPES_MAX)
        throw new QuotaError(`A domain has ${TYPES_MAX} asset types at most.`);
      const forms = { ...COMMON_FORMS, ...(await resolveTypeForms(tx, wanted)) };
      const createdBy = userIdOf(wanted.accountId);
      const createdAtMs = this.#ports.clock.nowMs();
      await store.insertAssetType(tx, {
        account_id: wanted.accountId,
        domain_id: wanted.domainId,
        name: wanted.name,
        revision: 1,
        project_id: wanted.projectId,
        forms_json: JSON.stringify(forms),
        description: wanted.description ?? null,
        created_by: createdBy,
        created_at_ms: createdAtMs,
      });
      return { ...wanted, forms, revision: '1', createdBy, createdAtMs };
    });
  }

  /** @throws MissingError */
  async get(domain: DomainRef, identifier: string, revision: string | undefined): Promise<store.AssetType> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    const type = await findAssetType(queries, domain, identifier, revision);
    if (type === undefined || (revision !== undefined && type.revision !== revision))
      throw new MissingError('AssetType');
    return type;
  }

  /** @throws MissingError, DeniedError, ConflictError while there are assets of the type */
  delete(domain: DomainRef, identifier: string): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await requireDomain(tx, domain);
      const type = await findAssetType(tx, domain, identifier);
      if (type === undefined) throw new MissingError('AssetType');
      if (isManaged(type.name)) throw new DeniedError(`${type.name} belongs to the service and cannot be deleted.`);
      if (await isFactKnown(tx, { ...domain, kind: 'ASSET' }, ATTRIBUTE.typeName, type.name))
        throw new ConflictError(`The asset type ${type.name} is used by assets.`);
      await store.deleteType(tx, domain, { table: 'asset_types', name: type.name });
    });
  }
}

async function resolveTypeForms(tx: StateQueries, wanted: NewAssetType): Promise<TypeForms> {
  const forms: [string, TypeForm][] = [];
  for (const [formName, form] of Object.entries(wanted.forms)) {
    const type = await findFormType(tx, wanted, form.typeIdentifier, form.typeRevision);
    if (type === undefined || type.status === 'DISABLED' || type.revision !== form.typeRevision)
      throw new MissingError('FormType');
    forms.push([formName, { typeName: type.name, typeRevision: type.revision, required: form.required ?? false }]);
  }
  return Object.fromEntries(forms);
}
