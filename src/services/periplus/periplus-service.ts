import type { BeyondDataZone } from '../../governance/beyond.ts';
import type { Bootstrap } from '../../governance/bootstrap.ts';
import type { StateStore } from '../../ports/state/state-store.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { PeriplusOperations } from '../../wire/generated/periplus.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { allowDataAccess } from './AllowDataAccess.ts';
import { archiveAsset } from './ArchiveAsset.ts';
import { bootstrapDataZone } from './BootstrapDataZone.ts';
import { cancelDataSourceRun } from './CancelDataSourceRun.ts';
import { denyDataAccess } from './DenyDataAccess.ts';
import { describeBootstrap } from './DescribeBootstrap.ts';
import { describeProjection } from './DescribeProjection.ts';
import { sayingErrors } from './errors.ts';
import { getDataSourceRunLog } from './GetDataSourceRunLog.ts';
import { getStaleAssets } from './GetStaleAssets.ts';
import { listDataAccessDenials } from './ListDataAccessDenials.ts';
import { previewDataSourceRun } from './PreviewDataSourceRun.ts';
import { rebuildInventory } from './RebuildInventory.ts';
import { removeStaleAssets } from './RemoveStaleAssets.ts';
import { setHourlySchedule } from './SetHourlySchedule.ts';
import { unarchiveAsset } from './UnarchiveAsset.ts';

export interface PeriplusDeps {
  readonly bootstrap: Bootstrap;
  readonly beyond: BeyondDataZone;
  readonly state: StateStore;
  /** There are rebuilds to do. */
  readonly onRebuild: () => void;
}

export function createPeriplusService(deps: PeriplusDeps): ServiceRegistration {
  const handlers: Handlers<PeriplusOperations> = {
    AllowDataAccess: allowDataAccess(deps),
    ArchiveAsset: archiveAsset(deps),
    BootstrapDataZone: bootstrapDataZone(deps),
    CancelDataSourceRun: cancelDataSourceRun(deps),
    DenyDataAccess: denyDataAccess(deps),
    DescribeBootstrap: describeBootstrap(deps),
    DescribeProjection: describeProjection(deps),
    GetDataSourceRunLog: getDataSourceRunLog(deps),
    GetStaleAssets: getStaleAssets(deps),
    ListDataAccessDenials: listDataAccessDenials(deps),
    PreviewDataSourceRun: previewDataSourceRun(deps),
    RebuildInventory: rebuildInventory(deps),
    RemoveStaleAssets: removeStaleAssets(deps),
    SetHourlySchedule: setHourlySchedule(deps),
    UnarchiveAsset: unarchiveAsset(deps),
  };
  return { name: 'periplus', handlers: sayingErrors(handlers) };
}
