import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ConnectionPage,
  insertConnection,
  listConnections,
} from '../src/governance/containers/connection-store.ts';
import { insertMembership, listMemberships, type Membership } from '../src/governance/containers/membership-store.ts';
import { WITHOUT_CONFLICT } from '../src/services/datazone/errors.ts';
import { type DataZoneWorld, openDataZone } from './datazone-world.ts';
import { ACCOUNT } from './services-world.ts';

let world: DataZoneWorld;
beforeEach(async () => {
  world = await openDataZone();
});
afterEach(async () => world[Symbol.asyncDispose]());

interface Model {
  readonly shapes: Readonly<Record<string, { errors?: { target: string }[] }>>;
}

test('conflicts are said as the fault of a request only where the model has no ConflictException', () => {
  const { shapes } = JSON.parse(readFileSync('models/datazone.json', 'utf8')) as Model;
  for (const operation of WITHOUT_CONFLICT) {
    const shape = Object.entries(shapes).find(([id]) => id.endsWith(`#${operation}`))?.[1];
    expect(shape?.errors?.some(({ target }) => target.endsWith('#ConflictException'))).toBe(false);
    expect(shape?.errors?.some(({ target }) => target.endsWith('#ValidationException'))).toBe(true);
  }
});

const ORDERS = ['newest', 'nameUp', 'nameDown'] as const;
const page = { order: fc.constantFrom(...ORDERS), limit: fc.integer({ min: 1, max: 5 }) };

/** All pages, one after the other. */
async function collect<T>(list: (after: T | undefined) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  for (;;) {
    const next = await list(found.at(-1));
    if (next.length === 0) return found;
    found.push(...next);
  }
}

const by = (...parts: (string | number)[]) => parts;
/** Orders as tuples, where a text is in the order of its code units. */
function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] as string | number;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

test('pages of members are the whole list in its order, whatever the page size', async () => {
  const member = fc.record({
    type: fc.constantFrom('USER' as const, 'GROUP' as const),
    id: fc.constantFrom('a', 'b', 'B', 'aa', '~', '0'),
    createdAtMs: fc.integer({ min: 0, max: 3 }),
  });
  let projects = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(member, { selector: ({ type, id }) => type + id }),
      fc.record(page),
      async (all, look) => {
        projects += 1;
        const project = { accountId: ACCOUNT, domainId: 'd', projectId: `p${projects}` };
        const given = all.map(({ createdAtMs, ...one }): Membership => {
          return { member: one, designation: 'PROJECT_OWNER', createdAtMs };
        });
        for (const one of given) await insertMembership(world.state.queries, project, one);
        const found = await collect<Membership>((after) =>
          listMemberships(world.state.queries, project, { ...look, after }),
        );
        const key = ({ member: { type, id }, createdAtMs }: Membership) =>
          look.order === 'newest' ? by(-createdAtMs, id, type) : by(id, type);
        const sorted = given.toSorted((a, b) => compare(key(a), key(b)));
        expect(found).toEqual(look.order === 'nameDown' ? sorted.toReversed() : sorted);
      },
    ),
    { numRuns: 60 },
  );
});

test('pages of connections are the whole list in its order, whatever the page size and the filters', async () => {
  const facts = fc.record({
    name: fc.constantFrom('a', 'b', 'B', 'aa', '~'),
    type: fc.constantFrom('S3', 'IAM'),
    scope: fc.constantFrom('DOMAIN' as const, 'PROJECT' as const),
    projectId: fc.constantFrom('p1', 'p2', undefined),
    environmentId: fc.constantFrom('e1', undefined),
    createdAtMs: fc.integer({ min: 0, max: 3 }),
  });
  const filter = fc.record(
    {
      name: fc.constantFrom('a', 'B'),
      type: fc.constantFrom('S3'),
      scope: fc.constantFrom('DOMAIN' as const),
      projectId: fc.constantFrom('p1'),
      environmentId: fc.constantFrom('e1'),
    },
    { requiredKeys: [] },
  );
  let domains = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(facts, { maxLength: 15 }), filter, fc.record(page), async (all, wanted, look) => {
      domains += 1;
      const domain = { accountId: ACCOUNT, domainId: `d${domains}` };
      const given = all.map((one, index) => ({
        ...domain,
        ...one,
        connectionId: `c${(index * 7) % 16}`,
        description: undefined,
        properties: { kind: 'iamProperties', values: {} },
        settings: {},
        updatedAtMs: 0,
      }));
      for (const one of given) await insertConnection(world.state.queries, one);
      const found = await collect<NonNullable<ConnectionPage['after']>>((after) =>
        listConnections(world.state.queries, domain, wanted, { ...look, after }),
      );
      const key = ({ name, connectionId, createdAtMs }: NonNullable<ConnectionPage['after']>) =>
        look.order === 'newest' ? by(-createdAtMs, connectionId) : by(name, connectionId);
      const matching = given.filter((one) =>
        Object.entries(wanted).every(([member, value]) => one[member as keyof typeof wanted] === value),
      );
      const sorted = matching.toSorted((a, b) => compare(key(a), key(b)));
      expect(found).toEqual(look.order === 'nameDown' ? sorted.toReversed() : sorted);
    }),
    { numRuns: 80 },
  );
});
