import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from '../containers/domains.ts';
import { requireActiveProject } from '../containers/projects.ts';
import { ConflictError, DeniedError, InvalidError, MissingError, QuotaError } from '../errors.ts';
import { userIdOf } from '../ids.ts';
import { ATTRIBUTE } from '../search/facts.ts';
import { isFactKnown } from '../search/search-documents.ts';
import { findFormType, isManaged } from './find-types.ts';
import { parseFormModel } from './smithy-parser.ts';
import { SmithyError } from './smithy-tokens.ts';
import * as store from './type-store.ts';

/** Of forms, and of assets; in one domain. */
export const TYPES_MAX = 1000;

export interface NewFormType extends DomainRef {
  readonly name: string;
  readonly smithy: string;
  readonly projectId: string;
  readonly status: 'ENABLED' | 'DISABLED';
  readonly description: string | undefined;
}

/** Form types: what the forms of assets may hold. A type never changes; it is made once and may be deleted. */
export class FormTypes {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** @throws MissingError, ConflictError, InvalidError when the model cannot be read */
  create(wanted: NewFormType): Promise<store.FormType> {
    requireModel(wanted);
    return this.#ports.state.transaction(async (tx) => {
      await requireAvailableDomain(tx, wanted);
      await requireActiveProject(tx, wanted, wanted.projectId);
      if (isManaged(wanted.name)) throw new InvalidError('Names in amazon.datazone are those of the service itself.');
      if ((await findFormType(tx, wanted, wanted.name)) !== undefined)
        throw new ConflictError(`A form type with the name ${wanted.name} already exists in this domain.`);
      if ((await store.countTypes(tx, wanted, 'form_types')) >= TYPES_MAX)
        throw new QuotaError(`A domain has ${TYPES_MAX} form types at most.`);
      const createdBy = userIdOf(wanted.accountId);
      const createdAtMs = this.#ports.clock.nowMs();
      await store.insertFormType(tx, {
        account_id: wanted.accountId,
        domain_id: wanted.domainId,
        name: wanted.name,
        revision: 1,
        project_id: wanted.projectId,
        status: wanted.status,
        model_smithy: wanted.smithy,
        description: wanted.description ?? null,
        created_by: createdBy,
        created_at_ms: createdAtMs,
      });
      return { ...wanted, revision: '1', createdBy, createdAtMs };
    });
  }

  /** @throws MissingError */
  async get(domain: DomainRef, identifier: string, revision: string | undefined): Promise<store.FormType> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    const type = await findFormType(queries, domain, identifier, revision);
    if (type === undefined || (revision !== undefined && type.revision !== revision))
      throw new MissingError('FormType');
    return type;
  }

  /** @throws MissingError, DeniedError, ConflictError while a type of assets or an asset has such forms */
  delete(domain: DomainRef, identifier: string): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await requireDomain(tx, domain);
      const type = await findFormType(tx, domain, identifier);
      if (type === undefined) throw new MissingError('FormType');
      if (isManaged(type.name)) throw new DeniedError(`${type.name} belongs to the service and cannot be deleted.`);
      const users = (await store.listAssetTypes(tx, domain)).filter((assetType) =>
        Object.values(assetType.forms).some((form) => form.typeName === type.name),
      );
      if (users[0] !== undefined)
        throw new ConflictError(`The form type ${type.name} is used by the asset type ${users[0].name}.`);
      if (await isFactKnown(tx, { ...domain, kind: 'ASSET' }, ATTRIBUTE.formTypes, type.name))
        throw new ConflictError(`The form type ${type.name} is used by assets.`);
      await store.deleteType(tx, domain, { table: 'form_types', name: type.name });
    });
  }
}

function requireModel({ name, smithy }: NewFormType): void {
  try {
    parseFormModel(smithy, name);
  } catch (error) {
    if (!(error instanceof SmithyError)) throw error;
    throw new InvalidError(`The model of form type ${name} is wrong in line ${error.line}: ${error.message}.`);
  }
}
