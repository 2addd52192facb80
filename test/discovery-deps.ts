import { ContinuousExports } from '../src/exports/continuous-exports.ts';
import { ExportTasks } from '../src/exports/tasks/export-tasks.ts';
import { Fleet } from '../src/fleet/fleet.ts';
import { Imports } from '../src/imports/imports.ts';
import { Applications } from '../src/inventory/applications.ts';
import { BatchDeletes } from '../src/inventory/batch-deletes.ts';
import { QUOTAS, type Quotas } from '../src/inventory/quotas.ts';
import { type BulkItems, Tags } from '../src/inventory/tags.ts';
import type { DiscoveryDeps } from '../src/services/discovery/discovery-service.ts';
import { openReader } from './reading-world.ts';
import { ACCOUNT, CREDENTIALS, PAGE_TOKEN_KEY, type Parts, REGION } from './services-world.ts';

export interface DiscoverySettings {
  readonly quotas?: Quotas;
  readonly deniedAgents?: ReadonlySet<string>;
  readonly bulkItems?: BulkItems;
}

/** The domains of Application Discovery Service on the parts of a world, without their workers. */
export function discoveryDeps(parts: Parts, settings: DiscoverySettings = {}): DiscoveryDeps {
  const { quotas = QUOTAS.open, deniedAgents = new Set(), bulkItems = NO_BULK_ITEMS } = settings;
  const options = { accountId: ACCOUNT, quotas, onStart: () => {} };
  return {
    fleet: new Fleet(parts, {
      accountId: ACCOUNT,
      enrollmentToken: 'token',
      deniedAgents,
      sampleIntervalMs: 15_000,
      sendIntervalMs: 60_000,
      newAgentsCollect: true,
    }),
    exports: new ContinuousExports(parts, { accountId: ACCOUNT, region: REGION, onCommand: () => {} }),
    exportTasks: new ExportTasks(parts, options),
    imports: new Imports(parts, options),
    urlSigner: CREDENTIALS,
    inventory: openReader(parts),
    applications: new Applications(parts, options),
    tags: new Tags({ ...parts, bulkItems }, options),
    batchDeletes: new BatchDeletes(parts, options),
    accountId: ACCOUNT,
    homeRegion: REGION,
    pageTokenKey: PAGE_TOKEN_KEY,
  };
}

const NO_BULK_ITEMS: BulkItems = { existing: async () => new Set() };
