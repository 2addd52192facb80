import type { StateQueries } from '../../ports/state/state-store.ts';
import type { AssetForm } from '../assets/asset-forms.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { InvalidError, MissingError } from '../errors.ts';
import { findFormType, isManaged, modelOf } from './find-types.ts';
import type { TypeForms } from './system-types.ts';
import type { FormType } from './type-store.ts';
import { findContentFault } from './validate-content.ts';

/** A form as a caller gives it. */
export interface GivenForm {
  readonly formName: string;
  readonly typeIdentifier?: string | undefined;
  readonly typeRevision?: string | undefined;
  readonly content?: string | undefined;
}

/**
 * Forms with their types found and their contents held to them: a system type in its one revision, a type of the domain in
 * the one asked for or the newest. `declared` are the forms of the asset's type, which say what a form of that name is.
 * @throws MissingError, InvalidError
 */
export async function resolveForms(
  queries: StateQueries,
  domain: DomainRef,
  given: readonly GivenForm[],
  declared: TypeForms = {},
): Promise<AssetForm[]> {
  const forms: AssetForm[] = [];
  for (const form of given) {
    if (forms.some((other) => other.formName === form.formName))
      throw new InvalidError(`Form ${form.formName} is given twice.`);
    forms.push(await resolveForm(queries, domain, form, declared));
  }
  return forms;
}

async function resolveForm(
  queries: StateQueries,
  domain: DomainRef,
  form: GivenForm,
  declared: TypeForms,
): Promise<AssetForm> {
  const { formName, typeRevision } = form;
  const wanted = Object.hasOwn(declared, formName) ? declared[formName] : undefined;
  const identifier = form.typeIdentifier ?? wanted?.typeName;
  if (identifier === undefined) throw new InvalidError(`Form ${formName} has no typeIdentifier.`);
  const type = await findFormType(queries, domain, identifier, typeRevision ?? wanted?.typeRevision);
  if (type === undefined || type.status === 'DISABLED') throw new MissingError('FormType');
  const expected = wanted ?? { typeName: type.name, typeRevision: type.revision };
  const provided = { typeName: type.name, typeRevision: typeRevision ?? type.revision };
  if (expected.typeName !== provided.typeName || expected.typeRevision !== provided.typeRevision)
    throw new InvalidError(`Form ${formName} expected form ${shapeId(expected)} but was provided ${shapeId(provided)}`);
  return { formName, typeName: type.name, typeRevision: type.revision, content: readContent(form, type) };
}

/** Smithy writes the last dot of a type's name as `#`. */
function shapeId({ typeName, typeRevision }: { typeName: string; typeRevision: string }): string {
  return `${typeName.replace(/\.([^.]+)$/, '#$1')}@${typeRevision}`;
}

/** Lists and objects within each other: enough for any form, and no stack runs out over it. */
export const CONTENT_DEPTH_MAX = 64;

function readContent({ formName, content = '{}' }: GivenForm, type: FormType): string {
  if (nestingOf(content) > CONTENT_DEPTH_MAX)
    throw new InvalidError(`The content of form ${formName} is nested deeper than ${CONTENT_DEPTH_MAX} levels.`);
  const value = parseObject(content);
  if (value === undefined) throw new InvalidError(`The content of form ${formName} is not a JSON object.`);
  const fault = findContentFault(modelOf(type), value, { isOpen: isManaged(type.name) });
  if (fault !== undefined) throw new InvalidError(`The content of form ${formName} does not fit its type: ${fault}.`);
  return content;
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of JSON that has not been parsed yet: brackets that are not in texts. */
function nestingOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\[\s\S])*"|[[\]{}]/g)) {
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
