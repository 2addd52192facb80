import AWS from 'aws-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ContinuousExports } from '../src/exports/continuous-exports.ts';
import { Fleet } from '../src/fleet/fleet.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import {
  ACCOUNT,
  CREDENTIALS,
  OTHER_CREDENTIALS,
  openWorld,
  PAGE_TOKEN_KEY,
  REGION,
  refusal,
  type World,
} from './services-world.ts';

AWS.config.logger = undefined as never;
const HOUR_MS = 3_600_000;
const DENIED = new Set<string>();
let world: World;
let fleet: Fleet;
let discovery: AWS.Discovery;

beforeAll(async () => {
  world = await openWorld((parts) => {
    fleet = new Fleet(parts, {
      accountId: ACCOUNT,
      enrollmentToken: 'token',
      deniedAgents: DENIED,
      sampleIntervalMs: 15_000,
      sendIntervalMs: 60_000,
      newAgentsCollect: true,
    });
    const exports = new ContinuousExports(parts, { accountId: ACCOUNT, region: REGION, onCommand: () => {} });
    const deps = { fleet, exports, accountId: ACCOUNT, homeRegion: REGION, pageTokenKey: PAGE_TOKEN_KEY };
    return [createDiscoveryService(deps)];
  });
  discovery = client();
});

afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

beforeEach(async () => {
  DENIED.clear();
  for (const table of ['agents', 'continuous_exports'] as const) await world.state.queries.deleteFrom(table).execute();
});

function client(options: AWS.Discovery.ClientConfiguration = {}): AWS.Discovery {
  return new AWS.Discovery({ endpoint: world.endpoint, region: REGION, maxRetries: 0, ...CREDENTIALS, ...options });
}

async function enroll(machineId: string, hostName = machineId): Promise<string> {
  const request = { enrollmentToken: 'token', machineId, hostName, agentVersion: 'periplus-0.1.0', platform: 'linux' };
  return (await fleet.enroll(request)).agentId;
}

async function contact(agentId: string): Promise<void> {
  const { agentKey } = await fleet.enroll({
    enrollmentToken: 'token',
    machineId: (await machineOf(agentId))!,
    hostName: 'h',
    agentVersion: '1',
    platform: 'linux',
  });
  await fleet.heartbeat((await fleet.authenticate(agentKey))!, { health: 'HEALTHY', agentVersion: '1' });
}

async function machineOf(agentId: string): Promise<string | undefined> {
  const query = world.state.queries.selectFrom('agents').select('machine_id').where('agent_id', '=', agentId);
  return (await query.executeTakeFirst())?.machine_id;
}

test('DescribeAgents without agents answers an empty list and no token', async () => {
  const answer = await discovery.describeAgents({}).promise();
  expect(answer).toEqual({ agentsInfo: [] });
});

test('DescribeAgents says of an agent what the guide says, in its forms', async () => {
  const agentId = await enroll('machine-1', 'web-01.corp.example');
  const addresses = [{ ipAddress: '172.31.24.158', macAddress: '02:7C:B6:F7:82:C4' }];
  await world.state.queries
    .updateTable('agents')
    .set({ network_json: JSON.stringify(addresses) })
    .execute();
  const { agentsInfo } = await discovery.describeAgents({}).promise();
  expect(agentId).toMatch(/^o-[0-9a-z]{17}$/);
  expect(agentsInfo).toEqual([
    {
      agentId,
      hostName: 'web-01.corp.example',
      agentNetworkInfoList: addresses,
      version: 'periplus-0.1.0',
      health: 'RUNNING',
      lastHealthPingTime: '2026-03-01T12:00:00Z',
      collectionStatus: 'STARTED',
      agentType: 'ONPREMISES',
      registeredTime: '2026-03-01T12:00:00Z',
    },
  ]);
});

test('Start, Stop and Describe of a continuous export', async () => {
  const started = await discovery.startContinuousExport().promise();
  expect(started.exportId).toMatch(/^continuous-export-[0-9a-f]{8}-/);
  expect(started.s3Bucket).toMatch(/^aws-application-discovery-service-[0-9a-z]{25}$/);
  expect(started).toMatchObject({
    dataSource: 'AGENT',
    schemaStorageConfig: { databaseName: 'application_discovery_service_database' },
    startTime: new Date(world.clock.nowMs()),
  });
  const { descriptions } = await discovery.describeContinuousExports({}).promise();
  expect(descriptions).toEqual([{ ...started, status: 'START_IN_PROGRESS' }]);
});
