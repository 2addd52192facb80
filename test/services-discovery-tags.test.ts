import AWS from 'aws-sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applySources } from '../src/inventory/apply-sources.ts';
import { QUOTAS, type Quotas } from '../src/inventory/quotas.ts';
import { TAGGED_ITEMS_MAX, TAGS_A_CALL_MAX } from '../src/inventory/tags.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import { TAG_FILTER_VALUES_MAX } from '../src/services/discovery/tag-filters.ts';
import { discoveryDeps } from './discovery-deps.ts';
import { ACCOUNT, CREDENTIALS, openWorld, REGION, refusal, type World } from './services-world.ts';

let world: World;
let discovery: AWS.Discovery;
const quotas: { -readonly [K in keyof Quotas]: Quotas[K] } = { ...QUOTAS.open };
/** The processes and connections that there are. */
const bulk = new Set<string>();
const PROCESS = 'd-process-0123456789abcd';
const CONNECTION = 'd-connection-0123456789abcd';
const UNKNOWN = 'd-server-00000000000000';

beforeAll(async () => {
  const bulkItems = { existing: async (ids: readonly string[]) => new Set(ids.filter((id) => bulk.has(id))) };
  world = await openWorld((parts) => [createDiscoveryService(discoveryDeps(parts, { quotas, bulkItems }))]);
  discovery = new AWS.Discovery({ endpoint: world.endpoint, region: REGION, maxRetries: 0, ...CREDENTIALS });
});

afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

beforeEach(async () => {
  Object.assign(quotas, QUOTAS.open);
  bulk.clear();
  const tables = ['applications', 'tags', 'inventory_servers', 'inventory_sources'] as const;
  for (const table of tables) await world.state.queries.deleteFrom(table).execute();
});

type Pair = { key: string; value: string };
const put = (configurationIds: string[], tags: Pair[]) => discovery.createTags({ configurationIds, tags }).promise();
const take = (configurationIds: string[], tags?: Pair[]) =>
  discovery.deleteTags({ configurationIds, ...(tags && { tags }) }).promise();

async function allTags(input: AWS.Discovery.DescribeTagsRequest = {}): Promise<AWS.Discovery.ConfigurationTag[]> {
  const found: AWS.Discovery.ConfigurationTag[] = [];
  let nextToken: string | undefined;
  do {
    const page = await discovery.describeTags({ ...input, ...(nextToken && { nextToken }) }).promise();
    expect(page.nextToken).not.toBe('');
    expect(page.tags!.length).toBeLessThanOrEqual(input.maxResults || 100);
    found.push(...page.tags!);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

const textOf = ({ configurationId, key, value }: AWS.Discovery.ConfigurationTag) =>
  `${configurationId} ${key}=${value}`;

async function servers(count: number): Promise<string[]> {
  const sources = Array.from({ length: count }, (_, at) => ({
    kind: 'IMPORT' as const,
    id: `t/${at}`,
    sections: { record: { observedAtMs: 1, attributes: { externalId: `e${at}` } } },
  }));
  const applied = await world.state.transaction((tx) =>
    applySources(tx, { accountId: ACCOUNT, nowMs: world.clock.nowMs() }, sources),
  );
  return applied.map(({ serverId }) => serverId).sort();
}

describe('CreateTags', () => {
  test('puts every tag on every item, of all four types', async () => {
    const [server] = await servers(1);
    const application = (await discovery.createApplication({ name: 'a' }).promise()).configurationId!;
    bulk.add(PROCESS).add(CONNECTION);
    const items = [server!, application, PROCESS, CONNECTION];
    const pairs = [
      { key: 'ServerLocation', value: 'Warehouse' },
      { key: 'MigrationPhase', value: 'PH1' },
    ];
    expect(await put(items, pairs)).toEqual({});
    const tags = await allTags();
    expect(tags.map(textOf)).toEqual(
      items.sort().flatMap((id) => [`${id} MigrationPhase=PH1`, `${id} ServerLocation=Warehouse`]),
    );
    expect(tags[0]).toEqual({
      configurationType: 'APPLICATION',
      configurationId: application,
      key: 'MigrationPhase',
      value: 'PH1',
      timeOfCreation: new Date(world.clock.nowMs()),
    });
    const types = new Set(tags.map((tag) => tag.configurationType));
    expect(types).toEqual(new Set(['APPLICATION', 'CONNECTION', 'PROCESS', 'SERVER']));
  });

  test('a tag is the pair: one key has two values; a pair that is there keeps its time', async () => {
    const [server] = await servers(1);
    await put([server!], [{ key: 'zone', value: '3' }]);
    const [before] = await allTags();
    world.clock.advance(1000);
    await put(
      [server!, server!],
      [
        { key: 'zone', value: '1' },
        { key: 'zone', value: '3' },
        { key: 'zone', value: '1' },
      ],
    );
    const tags = await allTags();
    expect(tags.map(textOf)).toEqual([`${server} zone=1`, `${server} zone=3`]);
    expect(tags[1]).toEqual(before);
    expect(tags[0]!.timeOfCreation).toEqual(new Date(world.clock.nowMs()));
  });

  test.each([UNKNOWN, 'd-application-00000000000000000', PROCESS, CONNECTION, 'web-01', ''])(
    'an item %j that is not there fails the call, and nothing is tagged or untagged',
    async (unknown) => {
      const [server] = await servers(1);
      const refused = {
        name: 'ResourceNotFoundException',
        message: `Configuration ${unknown} was not found.`,
        status: 400,
      };
      expect(await refusal(put([server!, unknown], [{ key: 'k', value: 'v' }]))).toEqual(refused);
      expect(await allTags()).toEqual([]);
      await put([server!], [{ key: 'k', value: 'v' }]);
      expect(await refusal(take([server!, unknown]))).toEqual(refused);
      expect(await allTags()).toHaveLength(1);
      const filters = [{ name: 'configurationId', values: [server!, unknown] }];
      expect(await refusal(discovery.describeTags({ filters }).promise())).toEqual(refused);
    },
  );

  test('one call names up to 1,000 items and sets up to 5,000 tags', async () => {
    const many = await servers(TAGGED_ITEMS_MAX);
    const pairs = Array.from({ length: TAGS_A_CALL_MAX / TAGGED_ITEMS_MAX }, (_, at) => ({
      key: `k${at}`,
      value: 'v',
    }));
    await put(many, pairs);
    expect(await discovery.describeTags({}).promise()).toMatchObject({ nextToken: expect.any(String) });
    const texts = [put([...many, UNKNOWN], []), put(many, [...pairs, { key: 'one', value: 'more' }])];
    expect(await refusal(texts[0]!)).toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'One call may name 1000 configuration items; this one names 1001.',
    });
    expect(await refusal(texts[1]!)).toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'One call may name 5000 tags; this one names 6000.',
    });
    await take(many, pairs.slice(1));
    expect(await allTags()).toHaveLength(TAGGED_ITEMS_MAX);
  });

  test('the strict profile ends at 30 tags of a server', async () => {
    const [one, two] = await servers(2);
    const pairs = Array.from({ length: 31 }, (_, at) => ({ key: `k${at}`, value: 'v' }));
    Object.assign(quotas, QUOTAS.strict);
    await put([one!], pairs.slice(0, 30));
    await put([one!], pairs.slice(0, 3));
    expect(await refusal(put([one!, two!], pairs.slice(30)))).toEqual({
      name: 'InvalidParameterException',
      message: 'The quota of 30 tags per server would be exceeded.',
      status: 400,
    });
    expect(await allTags()).toHaveLength(30);
    const application = (await discovery.createApplication({ name: 'a' }).promise()).configurationId!;
    await put([application], pairs);
  });
});

describe('DeleteTags', () => {
  test('without tags all go; with tags exactly these pairs; an empty list takes nothing', async () => {
    const [one, two] = await servers(2);
    await put(
      [one!, two!],
      [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
        { key: 'b', value: '1' },
      ],
    );
    expect(await take([one!], [])).toEqual({});
    expect(await allTags()).toHaveLength(6);
    await take(
      [one!, two!],
      [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
        { key: 'c', value: '1' },
      ],
    );
    expect((await allTags()).map(textOf)).toEqual([`${one} a=2`, `${one} b=1`, `${two} a=2`, `${two} b=1`]);
    await take([two!]);
    expect((await allTags()).map(textOf)).toEqual([`${one} a=2`, `${one} b=1`]);
  });
});

describe('DescribeTags', () => {
  test('without tags answers an empty list and no token', async () => {
    expect(await discovery.describeTags({ maxResults: 0 }).promise()).toEqual({ tags: [] });
  });

  test('tags of processes and connections that have gone are gone, and pages stay full', async () => {
    const ids = Array.from({ length: 250 }, (_, at) => `d-process-0${String(at).padStart(13, '0')}`);
    for (const id of ids) bulk.add(id);
    await put(ids, [{ key: 'k', value: 'v' }]);
    for (const id of ids.slice(0, 240)) bulk.delete(id);
    const page = await discovery.describeTags({ maxResults: 10 }).promise();
    expect(page.tags!.map((tag) => tag.configurationId)).toEqual(ids.slice(240));
    expect(page).not.toHaveProperty('nextToken');
  });

  test.each([
    [{ name: 'tagkey', values: ['x'] }, 'InvalidParameterException'],
    [{ name: 'constructor', values: ['x'] }, 'InvalidParameterException'],
    [{ name: 'tagKey', values: [] }, 'InvalidParameterValueException'],
    [
      { name: 'tagKey', values: Array.from({ length: TAG_FILTER_VALUES_MAX + 1 }, (_, at) => `${at}`) },
      'InvalidParameterValueException',
    ],
  ])('filter %j is refused', async (filter, name) => {
    expect(await refusal(discovery.describeTags({ filters: [filter] }).promise())).toMatchObject({ name, status: 400 });
  });

  test('as many values as may be asked for are answered', async () => {
    const values = Array.from({ length: TAG_FILTER_VALUES_MAX }, (_, at) => `${at}`);
    expect(await allTags({ filters: [{ name: 'tagKey', values }] })).toEqual([]);
  });

  test.each([101, -1])('pages of %i are out of range', async (maxResults) => {
    expect(await refusal(discovery.describeTags({ maxResults }).promise())).toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  test('a token of other filters is refused', async () => {
    const [server] = await servers(1);
    await put(
      [server!],
      [
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
      ],
    );
    const { nextToken } = await discovery.describeTags({ maxResults: 1 }).promise();
    const filters = [{ name: 'tagKey', values: ['a'] }];
    for (const input of [{ nextToken: 'abc' }, { nextToken: nextToken!, filters }])
      expect(await refusal(discovery.describeTags(input).promise())).toMatchObject({
        name: 'InvalidParameterValueException',
      });
  });

  test('pages of any size under any filters are what a naive model chooses', async () => {
    const ids = await servers(6);
    const words = ['a', 'b', 'B', 'ä', '😀', '\uffff', ''];
    for (const [at, id] of ids.entries())
      await put(
        [id],
        words.slice(at).flatMap((key) => words.slice(0, at + 1).map((value) => ({ key, value }))),
      );
    const all = await allTags();
    const filter = fc.oneof(
      fc.record({ name: fc.constantFrom('tagKey', 'tagValue'), values: fc.subarray(words, { minLength: 1 }) }),
      fc.record({ name: fc.constant('configurationId'), values: fc.subarray(ids, { minLength: 1 }) }),
    );
    const fields: Record<string, 'key' | 'value' | 'configurationId'> = {
      tagKey: 'key',
      tagValue: 'value',
      configurationId: 'configurationId',
    };
    await fc.assert(
      fc.asyncProperty(fc.array(filter, { maxLength: 3 }), fc.integer({ min: 0, max: 20 }), async (filters, size) => {
        const expected = all.filter((tag) => filters.every(({ name, values }) => values.includes(tag[fields[name]!]!)));
        expect(await allTags({ filters, maxResults: size })).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
