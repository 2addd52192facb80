import type { StateQueries } from '../../ports/state/state-store.ts';
import type { AssetForm } from '../assets/asset-forms.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { InvalidError, MissingError } from '../errors.ts';
import { SYSTEM_FORM_TYPES } from './system-types.ts';

/** A form as a caller gives it. */
export interface GivenForm {
  readonly formName: string;
  readonly typeIdentifier?: string | undefined;
  readonly typeRevision?: string | undefined;
  readonly content?: string | undefined;
}

/**
 * Forms with their types found: a system type in its one revision, a type of the domain in the one asked for or the newest.
 * @throws MissingError, InvalidError
 */
export async function resolveForms(
  queries: StateQueries,
  domain: DomainRef,
  given: readonly GivenForm[],
): Promise<AssetForm[]> {
  const forms: AssetForm[] = [];
  for (const form of given) {
    if (forms.some((other) => other.formName === form.formName))
      throw new InvalidError(`Form ${form.formName} is given twice.`);
    forms.push(await resolveForm(queries, domain, form));
  }
  return forms;
}

async function resolveForm(queries: StateQueries, domain: DomainRef, form: GivenForm): Promise<AssetForm> {
  const { formName, typeIdentifier, typeRevision } = form;
  if (typeIdentifier === undefined) throw new InvalidError(`Form ${formName} has no typeIdentifier.`);
  const type = await findFormType(queries, domain, typeIdentifier, typeRevision);
  if (type === undefined) throw new MissingError('FormType');
  if (typeRevision !== undefined && typeRevision !== type.revision)
    throw new InvalidError(
      `Form ${formName} expected form ${shapeId(type.name)}@${type.revision} but was provided ${shapeId(type.name)}@${typeRevision}`,
    );
  return { formName, typeName: type.name, typeRevision: type.revision, content: readContent(form) };
}

/** Smithy writes the last dot of a type's name as `#`. */
function shapeId(name: string): string {
  return name.replace(/\.([^.]+)$/, '#$1');
}

function readContent({ formName, content = '{}' }: GivenForm): string {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return content;
  } catch {
    // Said below, as for JSON of another kind.
  }
  throw new InvalidError(`The content of form ${formName} is not a JSON object.`);
}

async function findFormType(
  queries: StateQueries,
  domain: DomainRef,
  identifier: string,
  revision: string | undefined,
): Promise<{ name: string; revision: string } | undefined> {
  const system = SYSTEM_FORM_TYPES.find((type) => type.name === identifier);
  if (system !== undefined) return system;
  // Callers name types of a domain with its id in front or without it.
  const prefix = `${domain.domainId}.`;
  const name = identifier.startsWith(prefix) ? identifier.slice(prefix.length) : identifier;
  const rows = await queries
    .selectFrom('form_types')
    .select(['name', 'revision'])
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('name', '=', name)
    .where('status', '=', 'ENABLED')
    .orderBy('revision', 'desc')
    .execute();
  const found = rows.find((row) => String(row.revision) === revision) ?? rows[0];
  return found && { name: found.name, revision: String(found.revision) };
}
