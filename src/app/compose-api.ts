import { join } from 'node:path';
import { systemClock, systemRandom } from '../adapters/system.ts';
import type { ContinuousExports } from '../exports/continuous-exports.ts';
import { faultExportsOf } from '../exports/lost-copies.ts';
import type { ExportTasks } from '../exports/tasks/export-tasks.ts';
import type { Imports } from '../imports/imports.ts';
import type { InventoryReader } from '../inventory/reading/inventory-reader.ts';
import type { Queries } from '../query/queries.ts';
import { createAthenaService } from '../services/athena/athena-service.ts';
import { createDataZoneService } from '../services/datazone/datazone-service.ts';
import { createDiscoveryService } from '../services/discovery/discovery-service.ts';
import { createGlueService } from '../services/glue/glue-service.ts';
import { createPeriplusService } from '../services/periplus/periplus-service.ts';
import { createS3Service } from '../services/s3/s3-service.ts';
import { createStsService } from '../services/sts/sts-service.ts';
import { type CallRecord, createWire, type Wire } from '../wire/create-wire.ts';
import type { Base } from './compose.ts';
import type { Governance } from './compose-governance.ts';
import type { Items } from './compose-items.ts';

/** The AWS endpoint: the services over their domains, behind one wire. */
export function composeApi(
  base: Base,
  domains: {
    exports: ContinuousExports;
    exportTasks: ExportTasks;
    imports: Imports;
    queries: Queries;
    inventory: InventoryReader;
    items: Items;
    governance: Governance;
  },
): Wire {
  const { config, secrets, log, state, objects, fleet, pageTokenKey, wakes } = base;
  const accountId = config['account-id'];
  return createWire({
    modelsDir: join(import.meta.dirname, '../../models'),
    // The first one answers for requests that no service can be read from.
    services: [
      createDiscoveryService({
        fleet,
        exports: domains.exports,
        exportTasks: domains.exportTasks,
        imports: domains.imports,
        urlSigner: secrets,
        inventory: domains.inventory,
        ...domains.items,
        accountId,
        homeRegion: config.region,
        pageTokenKey,
      }),
      createAthenaService({ queries: domains.queries }),
      createGlueService({ state, clock: systemClock, pageTokenKey }),
      createS3Service({
        state,
        objects,
        clock: systemClock,
        random: systemRandom,
        pageTokenKey,
        bucketsMax: config['buckets-max'],
        onRemoved: faultExportsOf,
      }),
      createStsService(),
      createDataZoneService({ ...domains.governance, region: config.region, pageTokenKey }),
      createPeriplusService({ ...domains.governance, state, onRebuild: () => wakes.call('inventory') }),
    ],
    resolveCredentials: (accessKeyId) =>
      accessKeyId === secrets.accessKeyId ? { secretAccessKey: secrets.secretAccessKey, accountId } : undefined,
    nowMs: systemClock.nowMs,
    randomBytes: systemRandom.bytes,
    onCall: (record) => observe(base, record),
    onInternalError: (error, requestId) => log.error({ err: error, requestId }, 'a call failed'),
  });
}

function observe({ metrics, log }: Base, record: CallRecord): void {
  const { service, operation, status, durationMs } = record;
  metrics.calls.inc({ service, operation, status: String(status) });
  metrics.callSeconds.observe({ service }, durationMs / 1000);
  log.debug(record, 'call');
}
