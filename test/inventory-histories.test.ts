import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { applySources, refreshServers } from '../src/inventory/apply-sources.ts';
import { deleteServers } from '../src/inventory/delete-servers.ts';
import { keysOf } from '../src/inventory/match-keys.ts';
import { mergeSources, type ServerAttributes, type ServerSource } from '../src/inventory/server-attributes.ts';
import { deleteSources, NO_SERVER } from '../src/inventory/source-store.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';

// Whatever agents, imports and users do to servers, in whatever order: what the tables say of each other stays true.

const ACCOUNT = '123456789012';
let folder: string;
let state: StateStore;
let nowMs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'periplus-histories-'));
  state = openSqlite(join(folder, 'state.sqlite'));
  await state.migrate();
});

afterAll(async () => {
  await state[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const SOURCES = ['o-1', 'o-2', 'o-3', 't/1', 't/2', 't/3', 't/4'];
const kindOf = (id: string) => (id.startsWith('o-') ? 'AGENT' : 'IMPORT');

const anyAttributes = fc
  .record({
    externalId: fc.constantFrom(undefined, undefined, 'e1', 'e2'),
    hostName: fc.constantFrom(undefined, 'a', 'b'),
    address: fc.constantFrom(undefined, '10.0.0.1', '10.0.0.2', '127.0.0.1'),
    avgCpuUsagePct: fc.constantFrom(undefined, 1, 2),
  })
  .map(({ address, ...rest }): ServerAttributes => {
    const given = Object.entries(rest).filter(([, value]) => value !== undefined);
    return { ...Object.fromEntries(given), ...(address === undefined ? {} : { interfaces: [{ ipAddress: address }] }) };
  });

type Step =
  | { readonly kind: 'say'; readonly said: readonly (readonly [id: string, attributes: ServerAttributes])[] }
  | { readonly kind: 'deleteServer' | 'deleteAgent' | 'removeImport' | 'attach'; readonly at: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...SOURCES), anyAttributes), {
        minLength: 1,
        maxLength: 4,
        selector: ([id]) => id,
      })
      .map((said) => ({ kind: 'say' as const, said })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('deleteServer', 'deleteAgent', 'removeImport', 'attach'),
      at: fc.nat({ max: 20 }),
    }),
  },
);

async function start(): Promise<void> {
  const tables = ['inventory_servers', 'inventory_sources', 'inventory_keys', 'inventory_interfaces', 'tags'] as const;
  for (const table of [...tables, 'agents' as const, 'inventory_logs' as const, 'application_servers' as const])
    await state.queries.deleteFrom(table).execute();
  const text = {
    account_id: ACCOUNT,
    host_name: '',
    agent_type: 'EC2',
    version: '1',
    platform: 'linux',
    server_id: '',
  };
  const times = { registered_at_ms: 1, last_contact_at_ms: 1, collection_since_ms: 1, generation: 0 };
  const status = { reported_health: 'HEALTHY', collection_status: 'STARTED', network_json: '[]', deleted_at_ms: null };
  const ids = SOURCES.filter((id) => kindOf(id) === 'AGENT');
  const rows = ids.map((id) => ({ ...text, ...times, ...status, agent_id: id, machine_id: id, key_hash: id }));
  await state.queries.insertInto('agents').values(rows).execute();
}

const pick = <T>(items: readonly T[], at: number): T | undefined => items[at % Math.max(1, items.length)];

async function take(step: Step): Promise<void> {
  nowMs += 1;
  const context = { accountId: ACCOUNT, nowMs };
  await state.transaction(async (tx) => {
    if (step.kind === 'say') {
      const sources = step.said.map(([id, attributes]): ServerSource => {
        return { kind: kindOf(id), id, sections: { record: { observedAtMs: nowMs, attributes } } };
      });
      await applySources(tx, context, sources);
      return;
    }
    const live = tx.selectFrom('inventory_servers').select('server_id').where('deleted_at_ms', 'is', null);
    const servers = (await live.orderBy('server_id').execute()).map((row) => row.server_id);
    const serverId = pick(servers, step.at);
    if (step.kind === 'deleteServer' && serverId !== undefined) await deleteServers(tx, context, [serverId]);
    if (step.kind === 'attach' && serverId !== undefined) {
      const tag = { tag_key: 'k', tag_value: `${nowMs}`, configuration_type: 'SERVER', created_at_ms: nowMs };
      const of = { account_id: ACCOUNT, configuration_id: serverId };
      await tx
        .insertInto('tags')
        .values({ ...of, ...tag })
        .execute();
      const member = { account_id: ACCOUNT, server_id: serverId, application_id: `d-application-${nowMs}` };
      await tx.insertInto('application_servers').values(member).execute();
    }
    if (step.kind === 'deleteAgent') {
      const agentId = pick(['o-1', 'o-2', 'o-3'], step.at)!;
      await tx.updateTable('agents').set({ deleted_at_ms: nowMs }).where('agent_id', '=', agentId).execute();
    }
    if (step.kind === 'removeImport') {
      const id = pick(['t/1', 't/2', 't/3', 't/4'], step.at)!;
      const found = tx.selectFrom('inventory_sources').select('server_id').where('source_id', '=', id);
      const of = (await found.execute()).map((row) => row.server_id);
      await deleteSources(tx, ACCOUNT, 'IMPORT', [id]);
      await refreshServers(tx, context, of);
    }
  });
}

async function read() {
  const { queries } = state;
  const servers = await queries.selectFrom('inventory_servers').selectAll().execute();
  const sources = await queries.selectFrom('inventory_sources').selectAll().execute();
  const keys = await queries.selectFrom('inventory_keys').selectAll().execute();
  const interfaces = await queries.selectFrom('inventory_interfaces').selectAll().execute();
  const tags = await queries.selectFrom('tags').select('configuration_id').execute();
  const members = await queries.selectFrom('application_servers').select('server_id').execute();
  const agents = await queries.selectFrom('agents').select('agent_id').where('deleted_at_ms', 'is', null).execute();
  return { servers, sources, keys, interfaces, tags, members, liveAgents: new Set(agents.map((row) => row.agent_id)) };
}

type Tables = Awaited<ReturnType<typeof read>>;

/** Each server is what its sources say, and nothing is left of a deleted one. */
function checkTables({ servers, sources, keys, interfaces, tags, members, liveAgents }: Tables): void {
  const sourcesOf = Map.groupBy(sources, (row) => row.server_id);
  const live = new Set(servers.filter((row) => row.deleted_at_ms === null).map((row) => row.server_id));
  const left = [...keys, ...interfaces, ...members].map((row) => row.server_id);
  expect([...left, ...tags.map((row) => row.configuration_id)].filter((id) => !live.has(id))).toEqual([]);
  for (const serverId of sourcesOf.keys()) if (serverId !== NO_SERVER) expect(live).toContain(serverId);
  for (const server of servers) {
    const own = (sourcesOf.get(server.server_id) ?? []).map((row): ServerSource => {
      return { kind: row.source_kind as 'AGENT', id: row.source_id, sections: JSON.parse(row.attributes_json) };
    });
    expect(own.length > 0).toBe(server.deleted_at_ms === null);
    expect(JSON.parse(server.attributes_json)).toEqual(mergeSources(own));
    expect(own.filter(({ id }) => liveAgents.has(id)).length).toBeLessThanOrEqual(1);
    const ofServer = keys.filter((row) => row.server_id === server.server_id);
    const wanted = own.flatMap(keysOf).map(({ kind, value }) => `${kind}/${value}`);
    expect(new Set(ofServer.map((row) => `${row.key_kind}/${row.key_value}`))).toEqual(new Set(wanted));
    const addresses = interfaces.filter((row) => row.server_id === server.server_id).map((row) => row.ip_address);
    expect(addresses.sort()).toEqual((mergeSources(own).interfaces ?? []).map(({ ipAddress }) => ipAddress).sort());
  }
}

/** What copies need to follow: numbers of their own, ascending with each change they hold, and ids that never come back. */
function checkChange(before: Tables, after: Tables): void {
  const numbers = after.servers.map((row) => row.change_no);
  expect(new Set(numbers).size).toBe(numbers.length);
  const newest = Math.max(0, ...before.servers.map((row) => row.change_no));
  for (const old of before.servers) {
    const now = after.servers.find((row) => row.server_id === old.server_id)!;
    const copied = (row: typeof old) => [
      row.deleted_at_ms !== null,
      row.agent_id,
      row.host_name,
      row.os_name,
      row.os_version,
    ];
    const isSame = JSON.stringify(copied(now)) === JSON.stringify(copied(old));
    // A call may change a server and change it back, so a new number says nothing; an old one says that nothing changed.
    if (now.change_no === old.change_no) expect(isSame).toBe(true);
    else expect(now.change_no).toBeGreaterThan(newest);
    if (old.deleted_at_ms !== null) expect(now.deleted_at_ms).toBe(old.deleted_at_ms);
  }
}

test('after any history servers are what their sources say, and copies could follow every change', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 14 }), async (steps) => {
      await start();
      let before = await read();
      for (const step of steps) {
        await take(step);
        const after = await read();
        checkTables(after);
        checkChange(before, after);
        before = after;
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
