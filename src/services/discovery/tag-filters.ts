import type { TagSelection } from '../../inventory/tag-store.ts';
import type { TagFilter } from '../../wire/generated/discovery.ts';
import { InvalidParameterException, InvalidParameterValueException } from './errors.ts';

const LISTS: Readonly<Record<string, keyof TagSelection>> = {
  tagKey: 'keys',
  tagValue: 'values',
  configurationId: 'configurationIds',
};
/** Values of all filters together: each is a parameter of the query. */
export const TAG_FILTER_VALUES_MAX = 1000;

/** Filters AND together, values of one OR. @throws InvalidParameterException for a name there is not */
export function readTagFilters(filters: readonly TagFilter[]): TagSelection {
  const selection: Record<keyof TagSelection, string[][]> = { configurationIds: [], keys: [], values: [] };
  for (const { name, values } of filters) {
    const list = Object.hasOwn(LISTS, name) ? LISTS[name] : undefined;
    if (list === undefined)
      throw new InvalidParameterException(`Tags have no filter '${name}'. Filters: ${Object.keys(LISTS).join(', ')}.`);
    if (values.length === 0) throw new InvalidParameterValueException(`Filter '${name}' needs at least one value.`);
    selection[list].push([...new Set(values)]);
  }
  const count = Object.values(selection).flat(2).length;
  if (count > TAG_FILTER_VALUES_MAX)
    throw new InvalidParameterValueException(`filters hold ${count} values; ${TAG_FILTER_VALUES_MAX} are the most.`);
  return selection;
}
