/** The traits that models of forms may have. One that we do not know could ask for anything, so it is refused. */

import { RE2JS } from 're2js';
import type { Bounds, FieldTraits, FormAction } from './form-model.ts';
import { SmithyError } from './smithy-tokens.ts';

/** A value of a trait: members are named, and a single one stands alone. */
export type TraitValue = string | number | boolean | readonly TraitValue[] | { readonly [name: string]: TraitValue };

export interface GivenTrait {
  readonly name: string;
  readonly value: TraitValue | undefined;
  readonly line: number;
}

const OWN = 'amazon.datazone#';

const READERS: Readonly<Record<string, (trait: GivenTrait) => FieldTraits>> = {
  required: () => ({ isRequired: true }),
  length: (trait) => ({ length: readBounds(trait) }),
  range: (trait) => ({ range: readBounds(trait) }),
  pattern: (trait) => ({ pattern: readPattern(trait) }),
  // For readers of the model.
  documentation: () => ({}),
  deprecated: () => ({}),
  tags: () => ({}),
  uniqueItems: () => ({}),
  sparse: () => ({}),
  enumValue: () => ({}),
  [`${OWN}displayname`]: () => ({}),
  [`${OWN}searchable`]: (trait) => readSearchable(trait),
  [`${OWN}sortable`]: () => ({ isSortable: true }),
  [`${OWN}glossaryterm`]: (trait) => ({ glossaryId: readText(trait) }),
  [`${OWN}requiredForCondition`]: (trait) => ({ requiredFor: readActions(trait) }),
};

/** @throws SmithyError */
export function readTraits(traits: readonly GivenTrait[]): FieldTraits {
  return Object.assign({}, ...traits.map(readTrait)) as FieldTraits;
}

function readTrait(trait: GivenTrait): FieldTraits {
  const name = trait.name.replace(/^smithy\.api#/, '');
  const read = Object.hasOwn(READERS, name) ? READERS[name] : READERS[`${OWN}${name}`];
  if (read === undefined) throw new SmithyError(trait.line, `the trait @${trait.name} is not known`);
  return read(trait);
}

function readBounds(trait: GivenTrait): Bounds {
  const { min, max } = membersOf(trait);
  const isBound = (bound: TraitValue | undefined) => bound === undefined || typeof bound === 'number';
  if (!isBound(min) || !isBound(max) || (min === undefined && max === undefined))
    throw new SmithyError(trait.line, `@${trait.name} needs min or max, as numbers`);
  return { min: min as number | undefined, max: max as number | undefined };
}

function readPattern(trait: GivenTrait): string {
  const pattern = readText(trait);
  try {
    RE2JS.compile(pattern);
  } catch {
    throw new SmithyError(trait.line, 'the pattern cannot be read');
  }
  return pattern;
}

const SEARCH_MODES = ['LEXICAL', 'TECHNICAL'];

function readSearchable(trait: GivenTrait): FieldTraits {
  if (trait.value !== undefined) requireAmong(trait, membersOf(trait).modes, SEARCH_MODES);
  return { isSearchable: true };
}

function readActions(trait: GivenTrait): FormAction[] {
  return requireAmong(trait, membersOf(trait).actions, ['PUBLISHING', 'SUBSCRIPTION']) as FormAction[];
}

function requireAmong(trait: GivenTrait, values: TraitValue | undefined, known: readonly string[]): readonly string[] {
  if (Array.isArray(values) && values.length > 0 && values.every((value) => known.includes(value as string)))
    return values as string[];
  throw new SmithyError(trait.line, `@${trait.name} needs some of ${known.join(', ')}`);
}

function readText(trait: GivenTrait): string {
  if (typeof trait.value === 'string') return trait.value;
  throw new SmithyError(trait.line, `@${trait.name} needs a text`);
}

function membersOf({ value }: GivenTrait): { readonly [name: string]: TraitValue } {
  return typeof value === 'object' && !Array.isArray(value) ? (value as { readonly [name: string]: TraitValue }) : {};
}
