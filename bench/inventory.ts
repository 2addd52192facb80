import type { AwsClient } from '../src/cli/aws-client.ts';
import { APPLICATION_FIELDS } from '../src/inventory/reading/application-fields.ts';
import { CONNECTION_FIELDS, PROCESS_FIELDS } from '../src/inventory/reading/bulk-fields.ts';
import type { Fields } from '../src/inventory/reading/read-question.ts';
import { SERVER_FIELDS } from '../src/inventory/reading/server-fields.ts';
import { startBenchServer } from './bench-server.ts';
import { applicationIdOf, processIdOf, serverIdOf, writeInventory } from './inventory-data.ts';
import { type Measurement, quantile } from './measurement.ts';

const SIZE = {
  servers: 10_000,
  processes: Number(process.env.BENCH_INVENTORY_ROWS ?? 1_000_000),
  connections: Number(process.env.BENCH_INVENTORY_ROWS ?? 1_000_000),
};
const ROUNDS = Number(process.env.BENCH_INVENTORY_ROUNDS ?? 2);
const PAGES = 2;
const OTHER_CALLS = 100;
const SLOWEST_SHOWN = 5;

const TYPES = {
  SERVER: SERVER_FIELDS,
  APPLICATION: APPLICATION_FIELDS,
  PROCESS: PROCESS_FIELDS,
  CONNECTION: CONNECTION_FIELDS,
} as const satisfies Readonly<Record<string, Fields<unknown>>>;

interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Every filter with every condition and every sort of every type, two pages each, over signed HTTP, one at a time. */
export async function benchInventory(): Promise<Measurement[]> {
  await using server = await startBenchServer({ prepare: (dataDir) => writeInventory(dataDir, SIZE) });
  const calls = Object.entries(TYPES).flatMap(([type, fields]) => callsOf(type, fields));
  // The first question of a type waits for the load, and prepares statements.
  for (const configurationType of Object.keys(TYPES))
    await runPages(server.client, [{ name: '', input: { configurationType } }]);
  const latencies = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, ms] of await runPages(server.client, calls))
      latencies.set(name, [...(latencies.get(name) ?? []), ms]);
  const all = [...latencies.values()].flat();
  const neighbors = await timeNeighbors(server.client);
  const summaries = await timeSummaries(server.client);
  const slowest = [...latencies].map(([name, some]) => ({ name, value: quantile(some, 0.5) }));
  return [
    { name: 'pages of ListConfigurations', value: all.length, unit: '' },
    { name: 'p50', value: quantile(all, 0.5), unit: 'ms' },
    { name: 'p99', value: quantile(all, 0.99), unit: 'ms', mark: '< 100' },
    { name: 'max', value: Math.max(...all), unit: 'ms' },
    { name: 'ListServerNeighbors, p99', value: quantile(neighbors, 0.99), unit: 'ms', mark: '< 50' },
    { name: 'GetDiscoverySummary, p99', value: quantile(summaries, 0.99), unit: 'ms', mark: '< 50' },
    { name: 'memory of the server', value: await server.rssMib(), unit: 'MiB', mark: '< 1024' },
    ...slowest
      .sort((a, b) => b.value - a.value)
      .slice(0, SLOWEST_SHOWN)
      .map(({ name, value }) => ({ name: `slow: ${name}`, value, unit: 'ms' })),
  ];
}

function callsOf(configurationType: string, fields: Fields<unknown>): Call[] {
  return Object.entries(fields).flatMap(([name, { conditions, isSortable }]) => [
    ...conditions.flatMap((condition) =>
      valuesOf(name).map((value) => ({
        name: `${configurationType} ${name} ${condition} ${value}`,
        input: { configurationType, filters: [{ name, condition, values: [value] }] },
      })),
    ),
    ...(isSortable ? sortsOf(configurationType, name) : []),
  ]);
}

/** By the field, both ways. */
function sortsOf(configurationType: string, fieldName: string): Call[] {
  return ['ASC', 'DESC'].map((sortOrder) => ({
    name: `${configurationType} by ${fieldName} ${sortOrder}`,
    input: { configurationType, orderBy: [{ fieldName, sortOrder }] },
  }));
}

/** One that a few items have, one that many contain and one that none has. */
function valuesOf(name: string): readonly string[] {
  if (name.startsWith('server.performance.')) return ['50'];
  if (name === 'connection.destinationPort') return ['443', '1'];
  if (name === 'server.type') return ['EC2'];
  if (/process\.configurationId$/i.test(name)) return [processIdOf(4711), processIdOf(10 ** 12)];
  if (name.endsWith('application.configurationId')) return [applicationIdOf(42)];
  if (name.endsWith('configurationId')) return [serverIdOf(4711)];
  return [FEW[name.split('.').at(-1) ?? ''] ?? 'x', '1', 'nobody has this'];
}

const FEW: Readonly<Record<string, string>> = {
  hostName: 'web-1.corp.example',
  osName: 'Linux - Distribution 3',
  osVersion: '1.1',
  agentId: 'o-00000000000004711',
  name: 'nginx-7',
  commandLine: '/etc/app/77.conf',
  sourceIp: '10.0.1.7',
  destinationIp: '10.1.1.7',
  key: 'zone',
  value: 'team-7',
};

async function runPages(client: AwsClient, calls: readonly Call[]): Promise<[name: string, ms: number][]> {
  const times: [string, number][] = [];
  for (const { name, input } of calls) {
    let nextToken: string | undefined;
    for (let page = 1; page <= PAGES; page += 1) {
      const startedAt = performance.now();
      const answer = await client.call<{ nextToken?: string }>('discovery', 'ListConfigurations', {
        ...input,
        nextToken,
      });
      times.push([`${name}, page ${page}`, performance.now() - startedAt]);
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
  }
  return times;
}

async function timeNeighbors(client: AwsClient): Promise<number[]> {
  const times: number[] = [];
  for (let no = 0; no < OTHER_CALLS; no += 1) {
    const input = { configurationId: serverIdOf(no * 97), portInformationNeeded: no % 2 === 0 };
    times.push(await time(() => client.call('discovery', 'ListServerNeighbors', input)));
  }
  return times;
}

async function timeSummaries(client: AwsClient): Promise<number[]> {
  const times: number[] = [];
  for (let no = 0; no < OTHER_CALLS; no += 1)
    times.push(await time(() => client.call('discovery', 'GetDiscoverySummary', {})));
  return times;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
