import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExportLineage } from '../src/app/export-lineage.ts';
import type { ExportState } from '../src/exports/continuous-export-states.ts';
import { ContinuousExports } from '../src/exports/continuous-exports.ts';
import { updateStatus } from '../src/exports/store.ts';
import { createContainers } from '../src/governance/containers/containers.ts';
import { LineageEvents } from '../src/governance/lineage/lineage-events.ts';
import { LineageNodes } from '../src/governance/lineage/lineage-nodes.ts';
import { type DataZoneWorld, makeProject, openDataZone } from './datazone-world.ts';
import { getNode, neighbours } from './lineage-events.ts';
import { ACCOUNT, REGION, refusal } from './services-world.ts';

const TABLE = `arn:aws:glue:${REGION}:${ACCOUNT}:table/application_discovery_service_database/os_info_agent`;

let world: DataZoneWorld;
let exports: ContinuousExports;
let lineage: ExportLineage;
let events: LineageEvents;
beforeEach(async () => {
  world = await openDataZone();
  const options = { accountId: ACCOUNT, region: REGION, onCommand: () => {} };
  exports = new ContinuousExports(world, options);
  events = new LineageEvents(world, { region: REGION });
  lineage = open();
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

function open(): ExportLineage {
  const { domains } = createContainers(world, { region: REGION, settleMs: 0, onCommand: () => {} });
  const lineageNodes = new LineageNodes(world);
  const parts = { exports, domains, lineageEvents: events, lineageNodes, clock: world.clock };
  return new ExportLineage(parts, { accountId: ACCOUNT, region: REGION });
}

async function move(exportId: string, from: ExportState, status: ExportState): Promise<void> {
  const stopped = status === 'INACTIVE' ? { stoppedAtMs: world.clock.nowMs() } : {};
  await updateStatus(world.state.queries, { accountId: ACCOUNT, exportId, from }, { status, ...stopped });
  await lineage.step();
}

async function startActive(): Promise<string> {
  const { exportId } = await exports.start();
  await move(exportId, 'START_IN_PROGRESS', 'ACTIVE');
  return exportId;
}

/** Types of the events that a domain got, oldest first. */
async function told(domainId: string): Promise<string[]> {
  const found = await events.list({ accountId: ACCOUNT, domainId }, { isAscending: true, limit: 100 });
  expect(found.map((event) => event.status)).not.toContain('FAILED');
  return found.map((event) => event.summary.eventType);
}

test('an export that becomes active is what the tables come from, once', async () => {
  const { domainIdentifier } = await makeProject(world.client);
  const exportId = await startActive();
  await lineage.step();
  await open().step();
  expect(await told(domainIdentifier)).toEqual(['START']);
  const run = `periplus.continuous-export/${exportId}`;
  expect((await neighbours(world.client, domainIdentifier, TABLE)).up).toEqual([run]);
  const around = await neighbours(world.client, domainIdentifier, run);
  expect(around.up.sort()).toEqual(['periplus.continuous-export', 'periplus/agent-telemetry']);
  expect(around.down).toHaveLength(8);
  const table = await getNode(world.client, domainIdentifier, TABLE);
  expect(JSON.parse(table.formsOutput?.[0]?.content as string).facets.schema.fields[0].name).toBe('account_number');
});

test('a domain that is made later hears of it too, and another account does not', async () => {
  const exportId = await startActive();
  const { domainIdentifier } = await makeProject(world.client);
  const other = await makeProject(world.otherClient as never, 'other');
  await lineage.step();
  expect(await told(domainIdentifier)).toEqual(['START']);
  const call = getNode(world.otherClient as never, other.domainIdentifier, `periplus.continuous-export/${exportId}`);
  expect(await refusal(call)).toMatchObject({ name: 'ResourceNotFoundException' });
});

test('the end of an export is told, its faults as well', async () => {
  const { domainIdentifier } = await makeProject(world.client);
  const exportId = await startActive();
  await move(exportId, 'ACTIVE', 'ERROR');
  await move(exportId, 'ERROR', 'STOP_IN_PROGRESS');
  await move(exportId, 'STOP_IN_PROGRESS', 'INACTIVE');
  expect(await told(domainIdentifier)).toEqual(['START', 'FAIL', 'COMPLETE']);
  await open().step();
  expect(await told(domainIdentifier)).toHaveLength(3);
});

test('a domain hears of the newest export alone when older ones ended before it was made', async () => {
  for (let count = 0; count < 2; count++) {
    const exportId = await startActive();
    await move(exportId, 'ACTIVE', 'STOP_IN_PROGRESS');
    await move(exportId, 'STOP_IN_PROGRESS', 'INACTIVE');
    world.clock.advance(1000);
  }
  const { domainIdentifier } = await makeProject(world.client);
  await lineage.step();
  expect(await told(domainIdentifier)).toEqual(['COMPLETE']);
});
