import type { ContinuousExports } from '../../exports/continuous-exports.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { DiscoveryOperations } from '../../wire/generated/discovery.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { batchDeleteAgents } from './BatchDeleteAgents.ts';
import { describeAgents } from './DescribeAgents.ts';
import { describeContinuousExports } from './DescribeContinuousExports.ts';
import { ownAccountOnly } from './guards.ts';
import { startContinuousExport } from './StartContinuousExport.ts';
import { startDataCollectionByAgentIds } from './StartDataCollectionByAgentIds.ts';
import { stopContinuousExport } from './StopContinuousExport.ts';
import { stopDataCollectionByAgentIds } from './StopDataCollectionByAgentIds.ts';

export interface DiscoveryDeps {
  readonly fleet: Fleet;
  readonly exports: ContinuousExports;
  /** The account whose fleet and exports these are. */
  readonly accountId: string;
  /** Where writes have to be signed for. */
  readonly homeRegion: string;
  /** Seals page tokens; 32 bytes, the same on every node. */
  readonly pageTokenKey: Uint8Array;
}

export function createDiscoveryService(deps: DiscoveryDeps): ServiceRegistration {
  const handlers: Handlers<DiscoveryOperations> = {
    BatchDeleteAgents: batchDeleteAgents(deps),
    DescribeAgents: describeAgents(deps),
    DescribeContinuousExports: describeContinuousExports(deps),
    StartContinuousExport: startContinuousExport(deps),
    StartDataCollectionByAgentIds: startDataCollectionByAgentIds(deps),
    StopContinuousExport: stopContinuousExport(deps),
    StopDataCollectionByAgentIds: stopDataCollectionByAgentIds(deps),
  };
  return { name: 'discovery', handlers: ownAccountOnly(deps.accountId, handlers) };
}
