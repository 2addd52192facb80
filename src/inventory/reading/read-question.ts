import type { Attributes } from './attributes.ts';
import { CONDITIONS, type ConditionName, type FilterTest, type FilterValue } from './conditions.ts';
import { QuestionInvalidError, QuestionValueInvalidError } from './errors.ts';

/** Of all filters of one question together. */
export const FILTER_VALUES_MAX = 1000;

/** A filter or sort of one type of items, as data. `Source` says where the engine that answers the type finds it. */
export interface Field<Source> {
  readonly conditions: readonly ConditionName[];
  /** What its values are: texts of any kind, numbers, or one of a few texts. */
  readonly values: 'text' | 'number' | 'integer' | readonly string[];
  readonly isSortable: boolean;
  readonly source: Source;
}

/** By the names of the Application Discovery API. */
export type Fields<Source> = Readonly<Record<string, Field<Source>>>;

export interface AskedFilter {
  readonly name: string;
  readonly condition: string;
  readonly values: readonly string[];
}

export interface AskedSort {
  readonly fieldName: string;
  readonly sortOrder?: 'ASC' | 'DESC' | undefined;
}

/** Where a page begins: the sort values of the last item before it, and its id. */
export interface Position {
  readonly sortValues: readonly (string | number | null)[];
  readonly id: string;
}

/** What is asked, as it came. */
export interface AskedQuestion {
  readonly filters: readonly AskedFilter[];
  readonly orderBy: readonly AskedSort[];
  readonly after?: Position | undefined;
  readonly limit: number;
}

export interface Sort<Source> {
  readonly source: Source;
  readonly isDescending: boolean;
}

/** The same, understood: every filter has to hold, and sorts apply in their order, then the id. */
export interface Question<Source> {
  readonly filters: readonly { readonly source: Source; readonly test: FilterTest }[];
  readonly sorts: readonly Sort<Source>[];
  readonly after: Position | undefined;
  readonly limit: number;
}

/** An item of a list, and where a page that begins after it begins. */
export interface ListedItem {
  readonly position: Position;
  readonly attributes: Attributes;
}

/** @throws QuestionInvalidError, QuestionValueInvalidError */
export function readQuestion<Source>(fields: Fields<Source>, asked: AskedQuestion): Question<Source> {
  const count = asked.filters.reduce((sum, { values }) => sum + values.length, 0);
  if (count > FILTER_VALUES_MAX || asked.filters.length > FILTER_VALUES_MAX)
    throw new QuestionValueInvalidError(`Filters may have ${FILTER_VALUES_MAX} values in all; these have ${count}.`);
  return {
    filters: asked.filters.map((filter) => readFilter(fields, filter)),
    sorts: readSorts(fields, asked.orderBy),
    after: asked.after,
    limit: asked.limit,
  };
}

function readFilter<Source>(fields: Fields<Source>, { name, condition, values }: AskedFilter) {
  const field = own(fields, name);
  if (field === undefined || field.conditions.length === 0)
    throw new QuestionInvalidError(`There is no filter '${name}'. Filters: ${namesOf(fields, isFilter)}.`);
  if (!(field.conditions as readonly string[]).includes(condition))
    throw new QuestionInvalidError(
      `Filter '${name}' has no condition '${condition}'. Conditions: ${field.conditions.join(', ')}.`,
    );
  if (values.length === 0) throw new QuestionValueInvalidError(`Filter '${name}' needs at least one value.`);
  const read = [...new Set(values)].map((value) => readValue(field, name, value));
  return { source: field.source, test: { ...CONDITIONS[condition as ConditionName], values: read } };
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

function readValue<Source>({ values }: Field<Source>, name: string, value: string): FilterValue {
  if (values === 'text') return value;
  if (typeof values === 'object') {
    if (values.includes(value)) return value;
    throw new QuestionValueInvalidError(`'${value}' is no value of filter '${name}'. Values: ${values.join(', ')}.`);
  }
  const number = NUMBER.test(value) ? Number(value) : Number.NaN;
  const isValid = values === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (isValid) return number;
  throw new QuestionValueInvalidError(`Filter '${name}' takes ${values}s; '${value}' is none.`);
}

/** A field that is named again adds nothing: its first place decides. */
function readSorts<Source>(fields: Fields<Source>, orderBy: readonly AskedSort[]): Sort<Source>[] {
  const sorts = new Map<string, Sort<Source>>();
  for (const { fieldName, sortOrder } of orderBy) {
    const field = own(fields, fieldName);
    if (field === undefined || !field.isSortable)
      throw new QuestionInvalidError(
        `Items cannot be sorted by '${fieldName}'. Fields: ${namesOf(fields, ({ isSortable }) => isSortable)}.`,
      );
    if (!sorts.has(fieldName)) sorts.set(fieldName, { source: field.source, isDescending: sortOrder === 'DESC' });
  }
  return [...sorts.values()];
}

function isFilter({ conditions }: Field<unknown>): boolean {
  return conditions.length > 0;
}

function namesOf<Source>(fields: Fields<Source>, isNamed: (field: Field<Source>) => boolean): string {
  return Object.keys(fields)
    .filter((name) => isNamed(fields[name] as Field<Source>))
    .join(', ');
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
