import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SearchColumns } from '../src/governance/search/columns.ts';
import type { Facts } from '../src/governance/search/facts.ts';
import type { AttributeFilter, SearchFilter } from '../src/governance/search/filter.ts';
import { findDocuments, type SearchPosition, type SearchQuestion } from '../src/governance/search/find-documents.ts';
import { deleteSearchDocuments, findEntities, putSearchDocuments } from '../src/governance/search/search-documents.ts';
import type { SearchScope } from '../src/governance/search/search-words.ts';
import type { StateStore, StateTransaction } from '../src/ports/state/state-store.ts';
import { openDataZone } from './datazone-world.ts';

// Searches over random catalogues against a model that looks at every document, word by word. The words have no endings
// that the index would take off.

const WORDS = ['alfa', 'alfabet', 'bravo', 'kilo', 'oscar', 'zulu'];
const ATTRIBUTES = ['name', 'color', 'size', 'tags', 'creationTime'];
const SCOPE = { accountId: '123456789012', domainId: 'dzd_property', kind: 'ASSET' } as const;

interface Entity {
  readonly id: string;
  readonly name: readonly string[];
  readonly text: readonly string[];
  readonly color: string | undefined;
  readonly size: number | undefined;
  readonly tags: readonly string[];
  readonly creationTime: number;
}

let world: Awaited<ReturnType<typeof openDataZone>>;
let state: StateStore;
beforeAll(async () => {
  world = await openDataZone();
  state = world.state;
});
afterAll(() => world[Symbol.asyncDispose]());

const word = fc.constantFrom(...WORDS);
const small = fc.integer({ min: 0, max: 4 });
const entity = fc.record({
  id: fc.integer({ min: 0, max: 14 }).map((number) => `entity${number}`),
  name: fc.array(word, { minLength: 1, maxLength: 2 }),
  text: fc.array(word, { maxLength: 3 }),
  color: fc.option(fc.constantFrom('red', 'blue'), { nil: undefined }),
  size: fc.option(small, { nil: undefined }),
  tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  creationTime: small,
});

const leaf: fc.Arbitrary<AttributeFilter> = fc.oneof(
  fc.record({ attribute: fc.constant('name'), value: word.map((one) => one) }),
  fc.record({ attribute: fc.constant('name'), value: word, operator: fc.constant('TEXT_SEARCH' as const) }),
  fc.record({ attribute: fc.constant('color'), value: fc.constantFrom('red', 'blue', 'green') }),
  fc.record({ attribute: fc.constant('tags'), value: fc.constantFrom('a', 'b') }),
  fc.record({
    attribute: fc.constantFrom('size', 'creationTime', 'color'),
    intValue: small,
    operator: fc.constantFrom('EQ' as const, 'LE' as const, 'LT' as const, 'GE' as const, 'GT' as const),
  }),
);

const filter = fc.letrec<{ filter: SearchFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf.map((one) => ({ filter: one })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
  ),
})).filter;

const typed = fc.array(fc.record({ word: fc.constantFrom(...WORDS, 'alf', 'al'), isQuoted: fc.boolean() }), {
  minLength: 1,
  maxLength: 2,
});

const question = fc.record({
  typed: fc.option(typed, { nil: undefined }),
  inName: fc.boolean(),
  filter: fc.option(filter, { nil: undefined }),
  sort: fc.option(fc.record({ attribute: fc.constantFrom(...ATTRIBUTES, 'nothing'), isDescending: fc.boolean() }), {
    nil: undefined,
  }),
});
type Asked = typeof question extends fc.Arbitrary<infer T> ? T : never;

type Change = { readonly put: Entity } | { readonly remove: string };
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: entity.map((put) => ({ put })) },
  { weight: 1, arbitrary: entity.map(({ id }) => ({ remove: id })) },
);

function factsOf({ name, color, size, tags, creationTime }: Entity): Facts {
  return {
    name: name.join('_'),
    ...(color === undefined ? {} : { color }),
    ...(size === undefined ? {} : { size }),
    ...(tags.length === 0 ? {} : { tags }),
    creationTime,
  };
}

const matches = (found: readonly string[], { word: wanted, isQuoted }: { word: string; isQuoted: boolean }) =>
  found.some((one) => one === wanted || (!isQuoted && wanted.length >= 3 && one.startsWith(wanted)));

/** The model: every entity is looked at, in plain code. */
class Model {
  /** By id; what was put last comes last. */
  readonly #entities = new Map<string, Entity>();

  apply(made: Change): void {
    const id = 'put' in made ? made.put.id : made.remove;
    this.#entities.delete(id);
    if ('put' in made) this.#entities.set(id, made.put);
  }

  answer({ typed: words, inName, filter: asked, sort }: Asked) {
    const newest = [...this.#entities.values()].reverse();
    const found = newest.filter(
      (one) =>
        (words ?? []).every((wanted) => matches(inName ? one.name : [...one.name, ...one.text], wanted)) &&
        (asked === undefined || this.#holds(asked, one)),
    );
    const isSorted = sort !== undefined && found.some((one) => factsOf(one)[sort.attribute] !== undefined);
    if (isSorted)
      found.sort((a, b) => this.#compare(factsOf(a)[sort.attribute], factsOf(b)[sort.attribute], sort.isDescending));
    else if (words !== undefined) found.sort((a, b) => this.#rank(a, words) - this.#rank(b, words));
    return found;
  }

  #rank(one: Entity, words: NonNullable<Asked['typed']>): number {
    if (!words.every((wanted) => matches(one.name, wanted))) return 2;
    return one.name.join('_') === words.map((wanted) => wanted.word).join(' ') ? 0 : 1;
  }

  #holds(asked: SearchFilter, one: Entity): boolean {
    if ('and' in asked) return asked.and.every((part) => this.#holds(part, one));
    if ('or' in asked) return asked.or.some((part) => this.#holds(part, one));
    const { attribute, value, intValue, operator = 'EQ' } = asked.filter;
    const fact = factsOf(one)[attribute];
    const values = fact === undefined ? [] : [fact].flat();
    if (operator === 'TEXT_SEARCH') return one.name.includes(value ?? '');
    if (operator === 'EQ') return values.some((item) => String(item) === String(value ?? intValue));
    return values.some((item) => {
      if (typeof item !== 'number' || intValue === undefined) return false;
      if (operator === 'LE') return item <= intValue;
      if (operator === 'LT') return item < intValue;
      return operator === 'GE' ? item >= intValue : item > intValue;
    });
  }

  #compare(a: Facts[string] | undefined, b: Facts[string] | undefined, isDescending: boolean): number {
    const [left, right] = [[a].flat()[0], [b].flat()[0]];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return (left < right ? -1 : Number(left > right)) * (isDescending ? -1 : 1);
  }
}

test('any search over any history of a catalogue is what looking at every document gives', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(change, { maxLength: 12 }), question), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      async (rounds, limit) => {
        run += 1;
        const scope = { ...SCOPE, domainId: `${SCOPE.domainId}${run}` };
        const context = { queries: state.queries, columns: new SearchColumns(state.queries), scope };
        const model = new Model();
        for (const [changes, asked] of rounds) {
          for (const made of changes) model.apply(made);
          await state.transaction(async (tx) => {
            for (const made of changes) await applyChange(tx, scope, made);
          });
          const expected = model.answer(asked);
          const seen = await readAll(context, asked, limit);
          expect(seen.ids).toEqual(expected.map(({ id }) => id));
          expect(seen.totals).toEqual(new Set([expected.length]));
          const colors = expected.flatMap(({ color }) => color ?? []);
          expect(Object.fromEntries(seen.colors.map(({ value, count }) => [value, count]))).toEqual(
            Object.fromEntries(
              [...new Set(colors)].map((color) => [color, colors.filter((one) => one === color).length]),
            ),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

function applyChange(tx: StateTransaction, scope: SearchScope, made: Change): Promise<void> {
  if ('remove' in made) return deleteSearchDocuments(tx, scope, [made.remove]);
  const { id, name, text } = made.put;
  const texts = [name.join('_'), text.join(' ')];
  return putSearchDocuments(tx, scope, [{ entityId: id, facts: factsOf(made.put), texts, searchable: ['name'] }]);
}

/** All pages put together, and facets of a question with and without them. */
async function readAll(context: Parameters<typeof findDocuments>[0], asked: Asked, limit: number) {
  const text = asked.typed?.map(({ word: one, isQuoted }) => (isQuoted ? `"${one}"` : one)).join(' ');
  const base: SearchQuestion = {
    text: text === undefined ? undefined : { text, attributes: asked.inName ? ['name'] : [] },
    filter: asked.filter,
    sort: asked.sort,
    facets: [],
  };
  const ids: string[] = [];
  const totals = new Set<number>();
  let after: SearchPosition | undefined;
  for (;;) {
    const { positions, total } = await findDocuments(context, base, { after, limit });
    totals.add(total);
    const entities = await findEntities(
      context.queries,
      context.scope,
      positions.map(({ documentNo }) => documentNo),
    );
    ids.push(...positions.map(({ documentNo }) => entities.get(documentNo) ?? 'gone'));
    after = positions.at(-1);
    if (positions.length < limit) break;
  }
  const withFacets = await findDocuments(context, { ...base, facets: ['color'] }, { after: undefined, limit });
  totals.add(withFacets.total);
  return { ids, totals, colors: withFacets.facets[0] ?? [] };
}
