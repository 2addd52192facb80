import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askRebuild } from '../src/inventory/projection/projection-store.ts';
import type { ObjectStore } from '../src/ports/objects.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { at, type InventoryWorld, lineOf, openInventory } from './inventory-world.ts';
import { ACCOUNT, START_MS } from './lake-world.ts';

const HOSTS = 3;
const addressOf = (host: number) => `10.0.0.${host + 1}`;

interface Sighting {
  readonly host: number;
  readonly kind: 'process' | 'inbound' | 'outbound';
  readonly what: number;
  readonly peer: number;
  readonly ms: number;
}

/** What each host saw, in batches; a flag says whether the inventory looks after the batch. */
const history = fc.array(
  fc.record({
    seen: fc.array(
      fc.record({
        host: fc.nat(HOSTS - 1),
        kind: fc.constantFrom('process' as const, 'inbound' as const, 'outbound' as const),
        what: fc.nat(2),
        peer: fc.nat(HOSTS),
        ms: fc.nat(100_000),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    isLookedAt: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

function rowOf({ kind, what, host, peer, ms }: Sighting): [table: string, row: Record<string, unknown>] {
  if (kind === 'process')
    return [
      'processes_agent',
      { agent_assigned_process_id: `${what}`, name: `p${what}`, agent_provided_timestamp: at(ms) },
    ];
  const [source, destination] = kind === 'outbound' ? [host, peer] : [peer, host];
  return [
    `${kind}_connection_agent`,
    {
      source_ip: addressOf(source),
      destination_ip: addressOf(destination),
      destination_port: 80 + what,
      ip_version: 'IPv4',
      transport_protocol: 'TCP',
      agent_creation_date: at(ms),
    },
  ];
}

async function sendBatch(
  world: InventoryWorld,
  agents: readonly { agentId: string }[],
  batch: number,
  seen: readonly Sighting[],
) {
  for (const [host, some] of Map.groupBy(seen, (one) => one.host)) {
    const tables = Map.groupBy(some.map(rowOf), ([table]) => table);
    const lines = [...tables].map(([table, rows]) =>
      lineOf(
        table as never,
        rows.map(([, row]) => row),
      ),
    );
    await world.send(agents[host] as never, `1-${batch + 1}`, lines.join(''));
  }
}

/** Connections as somebody would count them by hand. */
function countByHand(seen: readonly Sighting[]): Map<string, { occurrence: number; latest: number }> {
  const edges = new Map<string, { occurrence: number; latest: number }>();
  for (const one of seen.filter(({ kind }) => kind !== 'process')) {
    const [source, destination] = one.kind === 'outbound' ? [one.host, one.peer] : [one.peer, one.host];
    const key = `${addressOf(source)} ${addressOf(destination)} ${80 + one.what}`;
    const known = edges.get(key) ?? { occurrence: 0, latest: 0 };
    edges.set(key, { occurrence: known.occurrence + 1, latest: Math.max(known.latest, one.ms) });
  }
  return edges;
}

async function readAll(world: InventoryWorld) {
  return {
    processes: await world.snapshot('processes'),
    connections: await world.snapshot('connections'),
    servers: (await world.servers()).map(({ server_id, host_name, attributes }) => ({
      server_id,
      host_name,
      attributes,
    })),
  };
}

test('any history in any steps gives what a count by hand gives, and a rebuild the same', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (batches) => {
      await using world = await openInventory();
      const agents = await Promise.all(Array.from({ length: HOSTS }, (_, host) => world.enroll(`h${host}`)));
      for (const [host, agent] of agents.entries())
        await world.send(
          agent,
          '1-0',
          lineOf('network_interface_agent', [{ name: 'eth0', ip_address: addressOf(host), timestamp: at(0) }]),
        );
      for (const [batch, { seen, isLookedAt }] of batches.entries()) {
        await sendBatch(world, agents, batch, seen);
        await world.rollAll();
        if (isLookedAt) await world.project();
      }
      await world.project();
      const seen = batches.flatMap((batch) => batch.seen);
      const edges = await world.snapshot(
        'connections',
        `source_ip || ' ' || destination_ip || ' ' || destination_port AS edge, occurrence::DOUBLE AS occurrence,
          (latest_ms - ${START_MS})::DOUBLE AS latest, source_server_id AS source, destination_server_id AS destination`,
      );
      expect(new Map(edges.map(({ edge, occurrence, latest }) => [edge, { occurrence, latest }]))).toEqual(
        countByHand(seen),
      );
      const serverOf = new Map(agents.map((agent, host) => [addressOf(host), agent.serverId]));
      for (const { edge, source, destination } of edges) {
        const [sourceIp, destinationIp] = String(edge).split(' ');
        expect([source, destination]).toEqual([
          serverOf.get(sourceIp ?? '') ?? null,
          serverOf.get(destinationIp ?? '') ?? null,
        ]);
      }
      const before = await readAll(world);
      const programs = new Set(
        seen.filter(({ kind }) => kind === 'process').map(({ host, what }) => `${host} ${what}`),
      );
      expect(before.processes).toHaveLength(programs.size);
      await askRebuild(world.state.queries, ACCOUNT);
      await world.project();
      expect(await readAll(world)).toEqual(before);
    }),
    { numRuns: 12 },
  );
});

/** Fails at the `nth` write after it was armed. */
function failOnce() {
  let left = Number.POSITIVE_INFINITY;
  const count = () => {
    left -= 1;
    if (left < 0) {
      left = Number.POSITIVE_INFINITY;
      throw new Error('cut here');
    }
  };
  return { arm: (nth: number) => (left = nth), isSpent: () => left === Number.POSITIVE_INFINITY, count };
}

test('a step that is cut at any write is done again, and counts nothing twice', { timeout: 120_000 }, async () => {
  const fault = failOnce();
  await using world = await openInventory({
    wrapObjects: (objects): ObjectStore => ({
      ...bind(objects),
      putFile: async (key, path) => {
        fault.count();
        const stored = await objects.putFile(key, path);
        fault.count();
        return stored;
      },
      delete: async (keys) => {
        fault.count();
        await objects.delete(keys);
      },
    }),
    wrapState: (state): StateStore => ({
      ...bind(state),
      transaction: async (run) => {
        fault.count();
        return await state.transaction(async (tx) => {
          const result = await run(tx);
          fault.count();
          return result;
        });
      },
    }),
  });
  const agent = await world.enroll('a');
  let cuts = 0;
  for (let batch = 0; ; batch += 1) {
    const row = { ...rowOf({ host: 0, kind: 'outbound', what: 0, peer: 1, ms: batch })[1] };
    await world.send(agent, `1-${batch}`, lineOf('outbound_connection_agent', [row]));
    await world.rollAll();
    fault.arm(batch);
    const outcome = await world.projector.projectOnce().then(
      () => 'done',
      () => 'cut',
    );
    if (outcome === 'cut') cuts += 1;
    const isDone = !fault.isSpent();
    fault.arm(Number.POSITIVE_INFINITY);
    await world.project();
    expect(await world.snapshot('connections', 'occurrence::DOUBLE AS occurrence')).toEqual([
      { occurrence: batch + 1 },
    ]);
    if (isDone) break;
  }
  expect(cuts).toBeGreaterThan(8);
  const keys = await world.objects.list(`inventory/${ACCOUNT}/`, { limit: 100 });
  expect(keys).toHaveLength(5);
});

/** The methods of an object whose class keeps private state. */
function bind<T extends object>(value: T): T {
  return new Proxy(value, {
    get: (target, name) => {
      const member = Reflect.get(target, name, target) as unknown;
      return typeof member === 'function' ? member.bind(target) : member;
    },
    ownKeys: (target) => Reflect.ownKeys(target),
  });
}
