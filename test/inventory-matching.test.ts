import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { type AppliedSource, applySources, refreshServers } from '../src/inventory/apply-sources.ts';
import type { ServerAttributes, ServerSource } from '../src/inventory/server-attributes.ts';
import { deleteSources } from '../src/inventory/source-store.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';

const ACCOUNT = '123456789012';
let folder: string;
let state: StateStore;
let nowMs = 1_000_000;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-matching-'));
  state = openSqlite(join(folder, 'state.sqlite'));
  await state.migrate();
});

afterAll(async () => {
  await state[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const clear = async () => {
  const tables = [
    'inventory_servers',
    'inventory_sources',
    'inventory_keys',
    'inventory_interfaces',
    'agents',
  ] as const;
  for (const table of [...tables, 'inventory_logs' as const]) await state.queries.deleteFrom(table).execute();
};
beforeEach(clear);

/** What a source says; it is an agent's when its id begins with `o-`. */
function source(id: string, attributes: ServerAttributes, observedAtMs = 1): ServerSource {
  const kind = id.startsWith('o-') ? 'AGENT' : 'IMPORT';
  return { kind, id, sections: { record: { observedAtMs, attributes } } };
}

function apply(...sources: ServerSource[]): Promise<AppliedSource[]> {
  nowMs += 1000;
  return state.transaction((tx) => applySources(tx, { accountId: ACCOUNT, nowMs }, sources));
}

async function applyOne(id: string, attributes: ServerAttributes, observedAtMs = 1): Promise<string> {
  const [applied] = await apply(source(id, attributes, observedAtMs));
  return applied!.serverId;
}

/** Registers an agent, or one that an administrator has deleted. */
async function enroll(agentId: string, isDeleted = false): Promise<void> {
  const text = { account_id: ACCOUNT, agent_id: agentId, machine_id: agentId, key_hash: agentId, server_id: '' };
  const facts = { host_name: '', agent_type: 'ONPREMISES', version: '1', platform: 'linux', network_json: '[]' };
  const times = { registered_at_ms: 1, last_contact_at_ms: 1, collection_since_ms: 1 };
  const status = { generation: 0, reported_health: 'HEALTHY', collection_status: 'STARTED' };
  const deleted_at_ms = isDeleted ? 1 : null;
  await state.queries
    .insertInto('agents')
    .values({ ...text, ...facts, ...times, ...status, deleted_at_ms })
    .execute();
}

/** Everything but times of writing: what has to stay the same when nothing new is said. */
const readAll = async () => ({
  servers: await state.queries.selectFrom('inventory_servers').selectAll().orderBy('server_id').execute(),
  sources: await state.queries.selectFrom('inventory_sources').selectAll().orderBy('source_id').execute(),
  keys: await state.queries
    .selectFrom('inventory_keys')
    .selectAll()
    .orderBy('key_value')
    .orderBy('server_id')
    .execute(),
  interfaces: await state.queries.selectFrom('inventory_interfaces').selectAll().orderBy('server_id').execute(),
  logs: await state.queries.selectFrom('inventory_logs').selectAll().execute(),
});

async function attributesOf(serverId: string): Promise<ServerAttributes> {
  const row = await state.queries
    .selectFrom('inventory_servers')
    .select('attributes_json')
    .where('server_id', '=', serverId)
    .executeTakeFirstOrThrow();
  return JSON.parse(row.attributes_json) as ServerAttributes;
}

const serverRow = (serverId: string) =>
  state.queries.selectFrom('inventory_servers').selectAll().where('server_id', '=', serverId).executeTakeFirstOrThrow();

const ip = (ipAddress: string): ServerAttributes => ({ interfaces: [{ ipAddress }] });
const mac = (macAddress: string): ServerAttributes => ({ interfaces: [{ macAddress }] });
const both = (ipAddress: string, macAddress: string): ServerAttributes => ({ interfaces: [{ ipAddress, macAddress }] });

/** One key each, strongest first. */
const KEYS: readonly (readonly [name: string, attributes: ServerAttributes])[] = [
  ['external id', { externalId: 'inv-7' }],
  ['address', ip('10.0.0.7')],
  ['host name', { hostName: 'web-07' }],
  ['hardware address', mac('02:00:00:00:00:07')],
  ['virtual machine', { moRefId: 'vm-7', vCenterId: 'vc' }],
];

describe('a new source', () => {
  test.each(KEYS)('joins the server that has its %s', async (_, attributes) => {
    const server = await applyOne('t/1', attributes);
    expect(await applyOne('t/2', attributes)).toBe(server);
    expect(await applyOne('t/3', { osName: 'Linux' })).not.toBe(server);
  });

  const pairs = KEYS.flatMap(([strong, first], at) =>
    KEYS.slice(at + 1).map(([weak, second]) => [strong, weak, first, second] as const),
  );
  test.each(pairs)('with %s of one server and %s of another joins the first', async (_, __, first, second) => {
    const stronger = await applyOne('t/1', first);
    const weaker = await applyOne('t/2', second);
    expect(weaker).not.toBe(stronger);
    const joined = { ...second, ...first, interfaces: [...(first.interfaces ?? []), ...(second.interfaces ?? [])] };
    expect(await applyOne('t/3', joined)).toBe(stronger);
  });

  test('whose external id names another server is a server of its own, whatever else they share', async () => {
    const one = await applyOne('t/1', { externalId: 'a', hostName: 'web', ...both('10.0.0.1', '02:00:00:00:00:01') });
    const two = await applyOne('t/2', { externalId: 'b', hostName: 'web', ...both('10.0.0.1', '02:00:00:00:00:01') });
    expect(two).not.toBe(one);
    expect(await applyOne('t/3', { externalId: 'b', hostName: 'web' })).toBe(two);
  });

  test('brings an external id to a server that had none', async () => {
    const server = await applyOne('t/1', ip('10.0.0.1'));
    expect(await applyOne('t/2', { externalId: 'a', ...ip('10.0.0.1') })).toBe(server);
    expect(await applyOne('t/3', { externalId: 'a' })).toBe(server);
    expect(await applyOne('t/4', { externalId: 'b', ...ip('10.0.0.1') })).not.toBe(server);
  });

  test.each<[string, ServerAttributes]>([
    ['loopback', ip('127.0.0.1')],
    ['loopback in IPv6', ip('::1')],
    ['link-local', ip('169.254.10.20')],
    ['link-local in IPv6', ip('fe80::1')],
    ['all-zero', ip('0.0.0.0')],
    ['all-zero hardware', mac('00:00:00:00:00:00')],
    ['local host name', { hostName: 'localhost' }],
    ['half a virtual machine', { moRefId: 'vm-1' }],
  ])('is not matched by what every host has: %s', async (_, attributes) => {
    expect(await applyOne('t/1', attributes)).not.toBe(await applyOne('t/2', attributes));
  });

  test('is not matched by a key that two servers have; a weaker key that is clear decides', async () => {
    const one = await applyOne('t/1', { externalId: 'a', ...ip('10.0.0.1'), hostName: 'web-01' });
    const two = await applyOne('t/2', { externalId: 'b', ...ip('10.0.0.1'), hostName: 'web-02' });
    expect(await applyOne('t/3', { ...ip('10.0.0.1'), hostName: 'web-02' })).toBe(two);
    expect([one, two]).not.toContain(await applyOne('t/4', ip('10.0.0.1')));
  });

  test('of an import joins the server of an agent, and the other way round', async () => {
    await enroll('o-1');
    await enroll('o-2');
    const one = await applyOne('o-1', { hostName: 'web-01' });
    expect(await applyOne('t/1', { hostName: 'WEB-01', externalId: 'a' })).toBe(one);
    const two = await applyOne('t/2', { hostName: 'web-02' });
    expect(await serverRow(two)).toMatchObject({ source: 'Import', agent_id: null });
    expect(await applyOne('o-2', { hostName: 'web-02' })).toBe(two);
    expect(await serverRow(two)).toMatchObject({ source: 'Agent', agent_id: 'o-2' });
  });
});

describe('agents', () => {
  test('two that live are two servers, whatever they share', async () => {
    await enroll('o-1');
    await enroll('o-2');
    const shared = { hostName: 'clone', ...both('172.17.0.1', '02:42:00:00:00:01') };
    const [one, two] = await apply(source('o-1', shared), source('o-2', shared));
    expect(two!.serverId).not.toBe(one!.serverId);
    await enroll('o-3');
    expect([one!.serverId, two!.serverId]).not.toContain(await applyOne('o-3', shared));
  });

  test('one that was deleted and comes back under a new id joins its server; the server stayed', async () => {
    await enroll('o-1');
    const said = { hostName: 'web-01', ...ip('10.0.0.1') };
    const server = await applyOne('o-1', said);
    await state.queries.updateTable('agents').set({ deleted_at_ms: 5 }).execute();
    expect(await serverRow(server)).toMatchObject({ deleted_at_ms: null, agent_id: 'o-1' });
    await enroll('o-2');
    expect(await applyOne('o-2', said, 2)).toBe(server);
    expect(await serverRow(server)).toMatchObject({ source: 'Agent', agent_id: 'o-2' });
    await enroll('o-3');
    expect(await applyOne('o-3', said, 3)).not.toBe(server);
  });

  test('one keeps its server, whatever its host is called and addressed later', async () => {
    await enroll('o-1');
    await enroll('o-2');
    const one = await applyOne('o-1', { hostName: 'web-01', ...ip('10.0.0.1') });
    const two = await applyOne('o-2', { hostName: 'web-02', ...ip('10.0.0.2') });
    const swapped = await apply(
      source('o-1', { hostName: 'web-02', ...ip('10.0.0.2') }, 2),
      source('o-2', { hostName: 'web-01', ...ip('10.0.0.1') }, 2),
    );
    expect(swapped).toEqual([
      { serverId: one, outcome: 'CHANGED' },
      { serverId: two, outcome: 'CHANGED' },
    ]);
    expect(await applyOne('t/1', ip('10.0.0.1'))).toBe(two);
  });
});

describe('what is known of a server', () => {
  test('is the newest value of each attribute, in whatever order it comes', async () => {
    await enroll('o-1');
    const said = [
      source('o-1', { hostName: 'web-01', osName: 'Linux 1' }, 10),
      source('t/1', { hostName: 'web-01', osName: 'Linux 2', vmName: 'vm' }, 20),
      source('t/2', { hostName: 'web-01', osVersion: '7', vmName: 'old' }, 15),
    ];
    const expected = { hostName: 'web-01', osName: 'Linux 2', osVersion: '7', vmName: 'vm' };
    for (const order of [said, said.toReversed(), [said[1]!, said[0]!, said[2]!]]) {
      await clear();
      await enroll('o-1');
      let server = '';
      for (const one of order) [server] = (await apply(one)).map(({ serverId }) => serverId) as [string];
      expect(await attributesOf(server)).toEqual(expected);
    }
  });

  test("of the same time is the agent's word, then always the same import's", async () => {
    await enroll('o-1');
    const server = await applyOne('t/1', { hostName: 'h', osName: 'import' }, 5);
    await applyOne('o-1', { hostName: 'h', osName: 'agent' }, 5);
    await applyOne('t/2', { hostName: 'h', osName: 'later line' }, 5);
    expect(await attributesOf(server)).toEqual({ hostName: 'h', osName: 'agent' });
    const other = await applyOne('t/4', { externalId: 'x', osName: 'line 4' }, 5);
    await applyOne('t/3', { externalId: 'x', osName: 'line 3' }, 5);
    expect(await attributesOf(other)).toMatchObject({ osName: 'line 4' });
  });

  test("has an agent's addresses as they are now, and those that only imports know", async () => {
    await enroll('o-1');
    const server = await applyOne('o-1', { interfaces: [{ name: 'eth0', ...ip('10.0.0.1').interfaces![0]! }] }, 1);
    await applyOne('t/1', { interfaces: [{ ipAddress: '10.0.0.1' }, { ipAddress: '10.9.9.9' }] }, 2);
    expect((await attributesOf(server)).interfaces).toEqual([
      { name: 'eth0', ipAddress: '10.0.0.1' },
      { ipAddress: '10.9.9.9' },
    ]);
    await applyOne('o-1', { interfaces: [{ name: 'eth0', ipAddress: '10.0.0.2' }] }, 3);
    const addresses = async () =>
      (
        await state.queries
          .selectFrom('inventory_interfaces')
          .select('ip_address')
          .where('server_id', '=', server)
          .orderBy('interface_no')
          .execute()
      ).map((row) => row.ip_address);
    expect(await addresses()).toEqual(['10.0.0.2', '10.0.0.1', '10.9.9.9']);
  });

  test('loses what only a source said that is removed; without any source the server is deleted', async () => {
    const server = await applyOne('t/1', { hostName: 'h', osName: 'A' }, 1);
    await applyOne('t/2', { hostName: 'h', osName: 'B', vmName: 'vm', ...ip('10.0.0.1') }, 2);
    const remove = (...ids: string[]) =>
      state.transaction(async (tx) => {
        await deleteSources(tx, ACCOUNT, 'IMPORT', ids);
        return refreshServers(tx, { accountId: ACCOUNT, nowMs: 77 }, [server, 'd-server-nobody']);
      });
    expect(await remove('t/2')).toEqual(new Set([server]));
    expect(await attributesOf(server)).toEqual({ hostName: 'h', osName: 'A' });
    expect(await applyOne('t/9', ip('10.0.0.1'))).not.toBe(server);
    expect(await remove('t/2')).toEqual(new Set());
    const tag = { tag_key: 'k', tag_value: 'v', configuration_type: 'SERVER', created_at_ms: 1 };
    await state.queries
      .insertInto('tags')
      .values({ account_id: ACCOUNT, configuration_id: server, ...tag })
      .execute();
    await remove('t/1');
    expect(await serverRow(server)).toMatchObject({ deleted_at_ms: 77 });
    expect(await state.queries.selectFrom('tags').selectAll().execute()).toEqual([]);
    expect(await applyOne('t/5', { hostName: 'h' })).not.toBe(server);
  });
});

describe('said again', () => {
  test('nothing changes at all, alone or in company', async () => {
    await enroll('o-1');
    const said = [
      source('o-1', { hostName: 'h', ...both('10.0.0.1', '02:00:00:00:00:01') }, 1),
      source('t/1', { externalId: 'x', osName: 'Linux', ...ip('10.0.0.1') }, 2),
      source('t/2', { externalId: 'y', osName: 'Linux' }, 2),
    ];
    const first = await apply(...said);
    expect(first.map(({ outcome }) => outcome)).toEqual(['CREATED', 'CHANGED', 'CREATED']);
    const before = await readAll();
    const again = await apply(...said);
    expect(again).toEqual(first.map(({ serverId }) => ({ serverId, outcome: 'UNCHANGED' })));
    await apply(said[2]!);
    expect(await readAll()).toEqual(before);
  });

  test('later it counts as newer, where another source has said something else meanwhile', async () => {
    const server = await applyOne('t/1', { externalId: 'x', osName: 'A' }, 1);
    await applyOne('t/2', { externalId: 'x', osName: 'B' }, 2);
    await applyOne('t/1', { externalId: 'x', osName: 'A' }, 3);
    expect(await attributesOf(server)).toMatchObject({ osName: 'A' });
  });

  test('copies hear only of what they hold: a new name moves the change number, a new load does not', async () => {
    const server = await applyOne('t/1', { externalId: 'x', hostName: 'a', avgCpuUsagePct: 1 }, 1);
    const numberOf = async () => (await serverRow(server)).change_no;
    const before = await numberOf();
    await applyOne('t/1', { externalId: 'x', hostName: 'a', avgCpuUsagePct: 2 }, 2);
    expect(await numberOf()).toBe(before);
    expect(await serverRow(server)).toMatchObject({ avg_cpu_usage_pct: 2, modified_at_ms: nowMs });
    await applyOne('t/1', { externalId: 'x', hostName: 'b', avgCpuUsagePct: 2 }, 3);
    expect(await numberOf()).toBeGreaterThan(before);
  });

  test('every change has a number of its own, ascending', async () => {
    await apply(...Array.from({ length: 30 }, (_, at) => source(`t/${at}`, { externalId: `${at}`, hostName: 'a' })));
    await apply(...Array.from({ length: 10 }, (_, at) => source(`t/${at}`, { externalId: `${at}`, hostName: 'b' })));
    const rows = await state.queries.selectFrom('inventory_servers').select('change_no').orderBy('change_no').execute();
    expect(rows.map((row) => row.change_no)).toEqual(Array.from({ length: 30 }, (_, at) => at + 11));
  });
});

describe('sources of one call', () => {
  test('know each other as if they had come one after another', async () => {
    const [one, two, three] = await apply(
      source('t/1', ip('10.0.0.1')),
      source('t/2', { ...ip('10.0.0.1'), hostName: 'web' }),
      source('t/3', { hostName: 'web' }),
    );
    expect([two!.serverId, three!.serverId]).toEqual([one!.serverId, one!.serverId]);
  });

  test('that were known before count first: new ones are matched with what is true now', async () => {
    const one = await applyOne('t/1', ip('10.0.0.1'));
    const [found, moved] = await apply(source('t/2', ip('10.0.0.1')), source('t/1', ip('10.0.0.2'), 2));
    expect(moved).toEqual({ serverId: one, outcome: 'CHANGED' });
    expect(found!.serverId).not.toBe(one);
  });
});

/** Few values, so that sources collide in every way. */
const anyAttributes = fc
  .record({
    externalId: fc.option(fc.constantFrom('e1', 'e2'), { nil: undefined }),
    hostName: fc.option(fc.constantFrom('a', 'A', 'b', 'localhost'), { nil: undefined }),
    addresses: fc.subarray(['10.0.0.1', '10.0.0.2', '127.0.0.1']),
    macAddress: fc.option(fc.constantFrom('02:00:00:00:00:01', '020000000001', '00:00:00:00:00:00'), {
      nil: undefined,
    }),
    moRefId: fc.option(fc.constantFrom('vm-1', 'vm-2'), { nil: undefined }),
  })
  .map(({ externalId, hostName, addresses, macAddress, moRefId }): ServerAttributes => {
    const interfaces = [...addresses.map((ipAddress) => ({ ipAddress })), ...(macAddress ? [{ macAddress }] : [])];
    return {
      ...(externalId === undefined ? {} : { externalId }),
      ...(hostName === undefined ? {} : { hostName }),
      ...(moRefId === undefined ? {} : { moRefId, vCenterId: 'vc' }),
      ...(interfaces.length === 0 ? {} : { interfaces }),
    };
  });
const anySources = fc
  .array(fc.record({ isAgent: fc.boolean(), attributes: anyAttributes, time: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 9,
  })
  .map((list) =>
    list.map(({ isAgent, attributes, time }, at) => source(isAgent ? `o-${at}` : `t/${at}`, attributes, time)),
  );

describe('any sources', () => {
  const enrollAll = async (sources: readonly ServerSource[]) => {
    // One agent in three was deleted, one in seven is not known at all.
    for (const [at, { kind, id }] of sources.entries())
      if (kind === 'AGENT' && at % 7 !== 6) await enroll(id, at % 3 === 2);
  };
  const readPartition = async () =>
    (
      await state.queries
        .selectFrom('inventory_sources')
        .innerJoin('inventory_servers', 'inventory_servers.server_id', 'inventory_sources.server_id')
        .select(['source_id', 'inventory_sources.server_id', 'inventory_servers.attributes_json'])
        .orderBy('source_id')
        .execute()
    ).map(({ attributes_json, ...row }) => ({ ...row, attributes: JSON.parse(attributes_json) as ServerAttributes }));

  test('make the same servers in one call and one by one', async () => {
    await fc.assert(
      fc.asyncProperty(anySources, fc.integer({ min: 1, max: 4 }), async (sources, size) => {
        const partitions: unknown[] = [];
        for (const step of [sources.length, 1, size]) {
          await clear();
          await enrollAll(sources);
          for (let from = 0; from < sources.length; from += step) await apply(...sources.slice(from, from + step));
          partitions.push(await readPartition());
        }
        expect(partitions[1]).toEqual(partitions[0]);
        expect(partitions[2]).toEqual(partitions[0]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('never put two live agents or two external ids in one server, and change nothing when said again', async () => {
    await fc.assert(
      fc.asyncProperty(anySources, async (sources) => {
        await clear();
        await enrollAll(sources);
        await apply(...sources);
        const live = new Set(
          (
            await state.queries.selectFrom('agents').select('agent_id').where('deleted_at_ms', 'is', null).execute()
          ).map((row) => row.agent_id),
        );
        const byServer = Map.groupBy(await readPartition(), (row) => row.server_id);
        for (const rows of byServer.values()) {
          expect(rows.filter((row) => live.has(row.source_id)).length).toBeLessThanOrEqual(1);
          const ids = rows.map((row) => sources.find(({ id }) => id === row.source_id)!.sections.record!.attributes);
          const externalIds = new Set(ids.map(({ externalId }) => externalId).filter((id) => id !== undefined));
          expect(externalIds.size).toBeLessThanOrEqual(1);
        }
        const before = await readAll();
        await apply(...sources);
        expect(await readAll()).toEqual(before);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
