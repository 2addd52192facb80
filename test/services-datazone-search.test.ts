import {
  CreateAssetCommand,
  type CreateAssetCommandInput,
  CreateAssetRevisionCommand,
  CreateFormTypeCommand,
  CreateListingChangeSetCommand,
  DeleteAssetCommand,
  type FilterClause,
  paginateSearch,
  SearchCommand,
  type SearchCommandInput,
  SearchListingsCommand,
  type SearchListingsCommandInput,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Place } from './datazone-runs.ts';
import { type DataZoneWorld, makeProject, openDataZone } from './datazone-world.ts';
import { refusal } from './services-world.ts';

let world: DataZoneWorld;
let place: Place;
/** Ids by name, and the time of each. */
const ids = new Map<string, string>();
let startMs: number;

beforeEach(async () => {
  world = await openDataZone();
  place = await makeProject(world.client);
  startMs = world.clock.nowMs();
  await world.client.send(
    new CreateFormTypeCommand({
      domainIdentifier: place.domainIdentifier,
      owningProjectIdentifier: place.projectIdentifier,
      name: 'Cost',
      model: {
        smithy:
          'structure Cost { @searchable center: String @sortable amount: Integer tags: Tags }\nlist Tags { member: String }',
      },
    }),
  );
  await make('orders', { database: 'sales', cost: { center: 'retail shops', amount: 10, tags: ['a', 'b'] } });
  await make('daily_orders', { database: 'sales', cost: { center: 'retail', amount: 30, tags: ['b'] } });
  await make('customers', { database: 'sales', description: 'who places orders', terms: ['term1'] });
  await make('prices', { database: 'stock', cost: { center: 'wholesale', amount: 20 } });
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

async function make(
  name: string,
  what: { database: string; description?: string; cost?: object; terms?: string[] },
): Promise<void> {
  const forms: CreateAssetCommandInput['formsInput'] = [
    { formName: 'GlueTableForm', content: JSON.stringify({ tableName: name, databaseName: what.database }) },
  ];
  if (what.cost !== undefined)
    forms.push({ formName: 'CostForm', typeIdentifier: 'Cost', content: JSON.stringify(what.cost) });
  const { id = '' } = await world.client.send(
    new CreateAssetCommand({
      domainIdentifier: place.domainIdentifier,
      owningProjectIdentifier: place.projectIdentifier,
      name,
      description: what.description,
      typeIdentifier: 'amazon.datazone.GlueTableAssetType',
      glossaryTerms: what.terms,
      formsInput: forms,
    }),
  );
  ids.set(name, id);
  await world.client.send(
    new CreateListingChangeSetCommand({
      domainIdentifier: place.domainIdentifier,
      entityIdentifier: id,
      entityType: 'ASSET',
      action: 'PUBLISH',
    }),
  );
  world.clock.advance(1000);
}

const search = async (input: Partial<SearchCommandInput> = {}) => {
  const answer = await world.client.send(
    new SearchCommand({ domainIdentifier: place.domainIdentifier, searchScope: 'ASSET', ...input }),
  );
  return { ...answer, names: answer.items?.map((item) => item.assetItem?.name) };
};

const searchListings = async (input: Partial<SearchListingsCommandInput> = {}) => {
  const answer = await world.client.send(
    new SearchListingsCommand({ domainIdentifier: place.domainIdentifier, ...input }),
  );
  return { ...answer, names: answer.items?.map((item) => item.assetListing?.name) };
};

test('without a question everything is found, what changed last first', async () => {
  expect(await search()).toMatchObject({
    names: ['prices', 'customers', 'daily_orders', 'orders'],
    totalMatchCount: 4,
  });
  await world.client.send(
    new CreateAssetRevisionCommand({
      domainIdentifier: place.domainIdentifier,
      identifier: ids.get('orders') ?? '',
      name: 'orders',
      formsInput: [{ formName: 'GlueTableForm', content: '{"tableName":"orders"}' }],
    }),
  );
  expect((await search()).names).toEqual(['orders', 'prices', 'customers', 'daily_orders']);
});

test.each<[string, string[]]>([
  ['orders', ['orders', 'daily_orders', 'customers']],
  ['ORDER', ['daily_orders', 'orders', 'customers']],
  ['"orders"', ['orders', 'daily_orders', 'customers']],
  ['"ord"', []],
  ['ord', ['daily_orders', 'orders', 'customers']],
  ['or', []],
  ['orders daily', ['daily_orders']],
  ['"daily orders"', ['daily_orders']],
  ['placed', ['customers']],
  ['retail sales', ['daily_orders', 'orders']],
  ['nothing', []],
  ['!!!', []],
  ['"unclosed', []],
  ['AND OR NOT', []],
])('the text %s finds %j', async (searchText, names) => {
  expect(await search({ searchText })).toMatchObject({ names, totalMatchCount: names.length });
});

test('a text may be looked for in some attributes only', async () => {
  const inName = { searchText: 'orders', searchIn: [{ attribute: 'name' }] };
  expect((await search(inName)).names).toEqual(['orders', 'daily_orders']);
  expect((await search({ ...inName, searchText: '"ord"' })).names).toEqual([]);
  expect((await search({ ...inName, searchIn: [{ attribute: 'description' }] })).names).toEqual(['customers']);
  expect((await search({ searchText: 'retail', searchIn: [{ attribute: 'CostForm.center' }] })).names).toEqual([
    'daily_orders',
    'orders',
  ]);
  expect((await search({ searchText: 'stock', searchIn: [{ attribute: 'GlueTableForm.tableName' }] })).names).toEqual(
    [],
  );
});

const eq = (attribute: string, value: string): FilterClause => ({ filter: { attribute, value } });
const num = (attribute: string, operator: 'EQ' | 'LE' | 'LT' | 'GE' | 'GT', intValue: number): FilterClause => ({
  filter: { attribute, intValue, operator },
});

test.each<[string, () => FilterClause, string[]]>([
  ['a name', () => eq('name', 'orders'), ['orders']],
  ['a name in another case', () => eq('name', 'Orders'), []],
  [
    'a type without its namespace',
    () => eq('typeName', 'GlueTableAssetType'),
    ['prices', 'customers', 'daily_orders', 'orders'],
  ],
  [
    'a type with it',
    () => eq('typeName', 'amazon.datazone.GlueTableAssetType'),
    ['prices', 'customers', 'daily_orders', 'orders'],
  ],
  ['a field of a form', () => eq('GlueTableForm.databaseName', 'stock'), ['prices']],
  ['one of several values', () => eq('CostForm.tags', 'b'), ['daily_orders', 'orders']],
  ['a term', () => eq('__DataZoneGlossaryTerms', 'term1'), ['customers']],
  ['an attribute that nobody knows', () => eq('colour', 'red'), []],
  ['a number', () => num('CostForm.amount', 'EQ', 20), ['prices']],
  ['at most', () => num('CostForm.amount', 'LE', 20), ['prices', 'orders']],
  ['less', () => num('CostForm.amount', 'LT', 20), ['orders']],
  ['at least', () => num('CostForm.amount', 'GE', 20), ['prices', 'daily_orders']],
  ['more', () => num('CostForm.amount', 'GT', 20), ['daily_orders']],
  ['a time', () => num('creationTime', 'GE', startMs + 2000), ['prices', 'customers']],
  ['the time of a change', () => num('lastUpdatedAt', 'EQ', startMs + 1000), ['daily_orders']],
  [
    'words of an attribute',
    () => ({ filter: { attribute: 'CostForm.center', value: 'shop', operator: 'TEXT_SEARCH' } }),
    ['orders'],
  ],
  [
    'all of',
    () => ({ and: [eq('GlueTableForm.databaseName', 'sales'), num('CostForm.amount', 'GT', 10)] }),
    ['daily_orders'],
  ],
  ['any of', () => ({ or: [eq('name', 'prices'), num('CostForm.amount', 'LT', 20)] }), ['prices', 'orders']],
  [
    'all of any of',
    () => ({
      and: [
        { or: [eq('name', 'orders'), eq('name', 'customers')] },
        { or: [eq('name', 'orders'), eq('name', 'prices')] },
      ],
    }),
    ['orders'],
  ],
])('a filter by %s', async (_, filters, names) => {
  expect(await search({ filters: filters() })).toMatchObject({ names, totalMatchCount: names.length });
});

test('filters hold together with a text, and keep its order', async () => {
  const filters = num('creationTime', 'LE', startMs + 2000);
  expect((await search({ searchText: 'orders', filters })).names).toEqual(['orders', 'daily_orders', 'customers']);
  expect((await search({ searchText: 'orders', filters: eq('CostForm.tags', 'b') })).names).toEqual([
    'orders',
    'daily_orders',
  ]);
});

test.each<[FilterClause, string]>([
  [{ filter: { attribute: 'name' } }, 'The filter on name needs either value or intValue.'],
  [{ filter: { attribute: 'name', value: 'a', intValue: 1 } }, 'The filter on name needs either value or intValue.'],
  [
    { filter: { attribute: 'a', value: '1', operator: 'LT' } },
    'The filter on a needs an intValue: LT compares numbers.',
  ],
  [
    { filter: { attribute: 'a', intValue: 1, operator: 'TEXT_SEARCH' } },
    'The filter on a needs a value: it searches a text.',
  ],
  [nest(20), 'Filters are nested deeper than 20 levels.'],
  [
    { and: Array.from({ length: 6 }, () => ({ or: Array.from({ length: 100 }, () => eq('a', 'b')) })) },
    'A search has more than 500 filters.',
  ],
])('a filter that says nothing, or too much, is refused: %#', async (filters, message) => {
  expect(await refusal(search({ filters }))).toEqual({ name: 'ValidationException', message, status: 400 });
});

function nest(levels: number): FilterClause {
  return levels === 0 ? eq('name', 'orders') : { and: [nest(levels - 1)] };
}

test('filters as deep and as many as allowed are answered', async () => {
  expect((await search({ filters: nest(19) })).names).toEqual(['orders']);
  const many = {
    or: Array.from({ length: 5 }, () => ({ or: Array.from({ length: 100 }, (_, index) => eq('a', `${index}`)) })),
  };
  expect((await search({ filters: many })).names).toEqual([]);
});

test('the order of an attribute, and the usual one when nothing has it', async () => {
  const by = (attribute: string, order?: 'ASCENDING' | 'DESCENDING') => search({ sort: { attribute, order } });
  expect((await by('name')).names).toEqual(['customers', 'daily_orders', 'orders', 'prices']);
  expect((await by('name', 'DESCENDING')).names).toEqual(['prices', 'orders', 'daily_orders', 'customers']);
  expect((await by('CREATED_AT', 'ASCENDING')).names).toEqual(['orders', 'daily_orders', 'customers', 'prices']);
  expect((await by('UPDATED_AT', 'DESCENDING')).names).toEqual(['prices', 'customers', 'daily_orders', 'orders']);
  expect((await by('CostForm.amount', 'ASCENDING')).names).toEqual(['orders', 'prices', 'daily_orders', 'customers']);
  expect((await by('colour', 'ASCENDING')).names).toEqual(['prices', 'customers', 'daily_orders', 'orders']);
});

test.each<Partial<SearchCommandInput>>([
  {},
  { searchText: 'orders' },
  { searchText: 'orders', filters: { filter: { attribute: 'creationTime', intValue: 0, operator: 'GE' } } },
  { sort: { attribute: 'CostForm.amount', order: 'DESCENDING' } },
  { sort: { attribute: 'colour', order: 'DESCENDING' }, searchText: 'orders' },
])('pages put together are the whole: %j', async (input) => {
  const whole = (await search(input)).names;
  const names: (string | undefined)[] = [];
  const pages = paginateSearch(
    { client: world.client, pageSize: 1 },
    { domainIdentifier: place.domainIdentifier, searchScope: 'ASSET', ...input },
  );
  for await (const page of pages) names.push(...(page.items ?? []).map((item) => item.assetItem?.name));
  expect(names).toEqual(whole);
});

test('a token is good for its question only', async () => {
  const { nextToken } = await search({ maxResults: 1 });
  expect(await refusal(search({ maxResults: 1, nextToken, searchText: 'orders' }))).toMatchObject({
    name: 'ValidationException',
  });
});

test('an asset that was found has what a caller needs, forms when asked for', async () => {
  const [item] = (await search({ filters: eq('name', 'customers') })).items ?? [];
  expect(item?.assetItem).toMatchObject({
    domainId: place.domainIdentifier,
    identifier: ids.get('customers'),
    typeIdentifier: 'amazon.datazone.GlueTableAssetType',
    typeRevision: '19',
    description: 'who places orders',
    glossaryTerms: ['term1'],
    owningProjectId: place.projectIdentifier,
    createdAt: new Date(startMs + 2000),
  });
  expect(item?.assetItem?.additionalAttributes).toBeUndefined();
  const [full] = (await search({ filters: eq('name', 'customers'), additionalAttributes: ['FORMS'] })).items ?? [];
  expect(full?.assetItem?.additionalAttributes?.formsOutput).toMatchObject([{ formName: 'GlueTableForm' }]);
  expect(await refusal(search({ additionalAttributes: ['TEXT_MATCH_RATIONALE'] }))).toMatchObject({
    name: 'ValidationException',
    message: 'TEXT_MATCH_RATIONALE is not supported among additionalAttributes.',
  });
});

test('the inventory of one project, and of nobody else', async () => {
  const { projectIdentifier, domainIdentifier } = place;
  expect((await search({ owningProjectIdentifier: projectIdentifier })).totalMatchCount).toBe(4);
  expect((await search({ owningProjectIdentifier: 'other' })).totalMatchCount).toBe(0);
  const other = new SearchCommand({ domainIdentifier, searchScope: 'ASSET' });
  expect(await refusal(world.otherClient.send(other))).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  const elsewhere = await makeProject(world.client, 'elsewhere');
  const there = { domainIdentifier: elsewhere.domainIdentifier };
  expect(await search({ ...there, searchText: 'orders' })).toMatchObject({ names: [], totalMatchCount: 0 });
});

test('there are no glossaries, terms or data products', async () => {
  for (const searchScope of ['GLOSSARY', 'GLOSSARY_TERM', 'DATA_PRODUCT'] as const)
    expect(await search({ searchScope })).toMatchObject({ items: [], totalMatchCount: 0 });
});

test('facets count all that matches, page or not', async () => {
  const found = await searchListings({
    maxResults: 1,
    aggregations: [
      { attribute: 'GlueTableForm.databaseName', displayValue: 'Database' },
      { attribute: 'CostForm.tags' },
      { attribute: 'colour' },
    ],
    searchText: 'sales',
    additionalAttributes: ['FORMS'],
  });
  expect(found).toMatchObject({
    totalMatchCount: 3,
    aggregates: [
      {
        attribute: 'GlueTableForm.databaseName',
        displayValue: 'Database',
        items: [{ value: 'sales', count: 3, displayValue: 'sales' }],
      },
      {
        attribute: 'CostForm.tags',
        items: [
          { value: 'b', count: 2 },
          { value: 'a', count: 1 },
        ],
      },
      { attribute: 'colour', items: [] },
    ],
  });
  expect(found.names).toHaveLength(1);
  expect(JSON.parse(found.items?.[0]?.assetListing?.additionalAttributes?.forms ?? '')).toHaveProperty('GlueTableForm');
});

test('facets follow what changes', async () => {
  const count = async () => {
    const { aggregates } = await searchListings({ aggregations: [{ attribute: 'GlueTableForm.databaseName' }] });
    return Object.fromEntries(aggregates?.[0]?.items?.map(({ value, count: number }) => [value, number]) ?? []);
  };
  expect(await count()).toEqual({ sales: 3, stock: 1 });
  await make('more', { database: 'stock' });
  expect(await count()).toEqual({ sales: 3, stock: 2 });
  await world.client.send(
    new CreateListingChangeSetCommand({
      domainIdentifier: place.domainIdentifier,
      entityIdentifier: ids.get('orders'),
      entityType: 'ASSET',
      action: 'UNPUBLISH',
    }),
  );
  await make('even more', { database: 'stock' });
  expect(await count()).toEqual({ sales: 2, stock: 3 });
  const empty = await searchListings({ searchText: '' });
  expect(empty.totalMatchCount).toBe(5);
});

test('an asset that is gone is not found', async () => {
  const change = { domainIdentifier: place.domainIdentifier, entityIdentifier: ids.get('prices') ?? '' };
  await world.client.send(new CreateListingChangeSetCommand({ ...change, entityType: 'ASSET', action: 'UNPUBLISH' }));
  await world.client.send(
    new DeleteAssetCommand({ domainIdentifier: place.domainIdentifier, identifier: change.entityIdentifier }),
  );
  expect(await search()).toMatchObject({ names: ['customers', 'daily_orders', 'orders'], totalMatchCount: 3 });
});
