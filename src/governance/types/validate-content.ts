/** Holds the content of a form to the model of its type. */

import { RE2JS } from 're2js';
import type { Bounds, FieldTraits, FormField, FormModel, FormShape } from './form-model.ts';

export interface ContentRules {
  /** Fields that the model does not name are carried along: the models of system types are our own. */
  readonly isOpen: boolean;
}

/** What is wrong, in words; undefined: nothing is. Absent and null are the same. */
export function findContentFault(model: FormModel, content: object, rules: ContentRules): string | undefined {
  return checkFields({ model, rules }, model.fields, { value: content as Readonly<Record<string, unknown>>, path: '' });
}

interface Check {
  readonly model: FormModel;
  readonly rules: ContentRules;
}

interface Place<T> {
  readonly value: T;
  readonly path: string;
}

function checkFields(
  check: Check,
  fields: ReadonlyMap<string, FormField>,
  { value, path }: Place<Readonly<Record<string, unknown>>>,
): string | undefined {
  for (const [name, field] of fields) {
    const at = path === '' ? name : `${path}.${name}`;
    const fault = checkField(check, field, { value: ownValue(value, name), path: at });
    if (fault !== undefined) return fault;
  }
  const unknown = check.rules.isOpen ? undefined : Object.keys(value).find((name) => !fields.has(name));
  return unknown === undefined
    ? undefined
    : `${path === '' ? unknown : `${path}.${unknown}`} is not a field of the form`;
}

function checkField(check: Check, { target, traits }: FormField, place: Place<unknown>): string | undefined {
  if (place.value === undefined || place.value === null)
    return traits.isRequired === true ? `${place.path} is required` : undefined;
  const shape = check.model.shapes.get(target);
  if (shape === undefined) return undefined;
  return checkShape(check, shape, place) ?? checkTraits(shape.traits, place) ?? checkTraits(traits, place);
}

function checkShape(check: Check, shape: FormShape, place: Place<unknown>): string | undefined {
  const { value, path } = place;
  if (shape.kind === 'simple')
    return isSimple[shape.simple](value) ? undefined : `${path} is not of type ${shape.simple}`;
  if (shape.kind === 'enum')
    return shape.values.includes(value as string) ? undefined : `${path} is none of ${shape.values.join(', ')}`;
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) return `${path} is not a list`;
    return firstFault(value.entries(), ([index, item]) =>
      checkField(check, shape.member, { value: item, path: `${path}[${index}]` }),
    );
  }
  if (!isObject(value)) return `${path} is not an object`;
  if (shape.kind === 'structure') return checkFields(check, shape.fields, { value, path });
  return firstFault(Object.entries(value), ([key, item]) =>
    checkField(check, shape.value, { value: item, path: `${path}.${key}` }),
  );
}

function firstFault<T>(items: Iterable<T>, check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const fault = check(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const isSimple = {
  string: (value: unknown) => typeof value === 'string',
  boolean: (value: unknown) => typeof value === 'boolean',
  integer: (value: unknown) => Number.isInteger(value),
  number: (value: unknown) => typeof value === 'number',
  timestamp: (value: unknown) =>
    typeof value === 'number' || (typeof value === 'string' && !Number.isNaN(Date.parse(value))),
  document: () => true,
} as const;

function checkTraits({ length, range, pattern }: FieldTraits, { value, path }: Place<unknown>): string | undefined {
  if (length !== undefined && !isWithin(lengthOf(value), length)) return `${path} has not the length it needs`;
  if (range !== undefined && typeof value === 'number' && !isWithin(value, range)) return `${path} is out of range`;
  if (pattern !== undefined && typeof value === 'string' && !RE2JS.compile(pattern).matcher(value).find())
    return `${path} does not match ${pattern}`;
  return undefined;
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

function isWithin(value: number, { min, max }: Bounds): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ownValue(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
