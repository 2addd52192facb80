/** What is known of a document attribute by attribute: what filters, sorting and facets go by. */

import type { AssetForm } from '../assets/asset-forms.ts';

export type FactValue = string | number;
/** Attributes with one value or several. */
export type Facts = Readonly<Record<string, FactValue | readonly FactValue[]>>;

/** Attributes of every document; `<FormName>.<field>` come on top. */
export const ATTRIBUTE = {
  name: 'name',
  description: 'description',
  typeName: 'typeName',
  project: 'owningProjectId',
  externalIdentifier: 'externalIdentifier',
  createdBy: 'createdBy',
  glossaryTerms: 'glossaryTerms',
  created: 'creationTime',
  updated: 'lastUpdatedTime',
  category: 'amazonmetadata.sourceCategory',
  /** Types of its forms. */
  formTypes: 'formTypes',
} as const;

/** Longer values are cut: no filter has more than 128 characters. */
const VALUE_CHARACTERS_MAX = 600;
/** Of one document, and of one list in it. Forms with more fields are found by their words only. */
const FACTS_MAX = 500;
const LIST_VALUES_MAX = 100;

/** The fields of forms that are plain values or lists of such. */
export function factsOfForms(forms: readonly AssetForm[]): Facts {
  const facts: Record<string, FactValue | readonly FactValue[]> = {};
  let room = FACTS_MAX;
  for (const { formName, content } of forms) {
    for (const [field, value] of Object.entries(JSON.parse(content) as object)) {
      const fact = readFact(value);
      if (fact === undefined || !/^\w+$/.test(field)) continue;
      if (room === 0) return facts;
      room -= 1;
      facts[`${formName}.${field}`] = fact;
    }
  }
  return facts;
}

function readFact(value: unknown): FactValue | readonly FactValue[] | undefined {
  if (!Array.isArray(value)) return readValue(value);
  const values = value.slice(0, LIST_VALUES_MAX).flatMap((item) => readValue(item) ?? []);
  return values.length === 0 ? undefined : values;
}

function readValue(value: unknown): FactValue | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value.slice(0, VALUE_CHARACTERS_MAX) : undefined;
}

export function valuesOf(fact: Facts[string]): readonly FactValue[] {
  return typeof fact === 'object' ? fact : [fact];
}
