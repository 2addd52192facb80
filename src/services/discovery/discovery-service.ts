import type { ContinuousExports } from '../../exports/continuous-exports.ts';
import type { ExportTasks } from '../../exports/tasks/export-tasks.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Imports } from '../../imports/imports.ts';
import type { Applications } from '../../inventory/applications.ts';
import type { BatchDeletes } from '../../inventory/batch-deletes.ts';
import type { InventoryReader } from '../../inventory/reading/inventory-reader.ts';
import type { Tags } from '../../inventory/tags.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { DiscoveryOperations } from '../../wire/generated/discovery.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { associateConfigurationItemsToApplication } from './AssociateConfigurationItemsToApplication.ts';
import { batchDeleteAgents } from './BatchDeleteAgents.ts';
import { batchDeleteImportData } from './BatchDeleteImportData.ts';
import { createApplication } from './CreateApplication.ts';
import { createTags } from './CreateTags.ts';
import { deleteApplications } from './DeleteApplications.ts';
import { deleteTags } from './DeleteTags.ts';
import { describeAgents } from './DescribeAgents.ts';
import { describeBatchDeleteConfigurationTask } from './DescribeBatchDeleteConfigurationTask.ts';
import { describeConfigurations } from './DescribeConfigurations.ts';
import { describeContinuousExports } from './DescribeContinuousExports.ts';
import { describeExportConfigurations } from './DescribeExportConfigurations.ts';
import { describeExportTasks } from './DescribeExportTasks.ts';
import { describeImportTasks } from './DescribeImportTasks.ts';
import { describeTags } from './DescribeTags.ts';
import { disassociateConfigurationItemsFromApplication } from './DisassociateConfigurationItemsFromApplication.ts';
import type { UrlSigner } from './download-url.ts';
import { exportConfigurations } from './ExportConfigurations.ts';
import { getDiscoverySummary } from './GetDiscoverySummary.ts';
import { ownAccountOnly } from './guards.ts';
import { listConfigurations } from './ListConfigurations.ts';
import { listServerNeighbors } from './ListServerNeighbors.ts';
import { startBatchDeleteConfigurationTask } from './StartBatchDeleteConfigurationTask.ts';
import { startContinuousExport } from './StartContinuousExport.ts';
import { startDataCollectionByAgentIds } from './StartDataCollectionByAgentIds.ts';
import { startExportTask } from './StartExportTask.ts';
import { startImportTask } from './StartImportTask.ts';
import { stopContinuousExport } from './StopContinuousExport.ts';
import { stopDataCollectionByAgentIds } from './StopDataCollectionByAgentIds.ts';
import { updateApplication } from './UpdateApplication.ts';

export interface DiscoveryDeps {
  readonly fleet: Fleet;
  readonly exports: ContinuousExports;
  readonly exportTasks: ExportTasks;
  readonly imports: Imports;
  /** Signs the URLs of files made for users. */
  readonly urlSigner: UrlSigner;
  readonly inventory: InventoryReader;
  readonly applications: Applications;
  readonly tags: Tags;
  readonly batchDeletes: BatchDeletes;
  /** The account whose fleet and exports these are. */
  readonly accountId: string;
  /** Where writes have to be signed for. */
  readonly homeRegion: string;
  /** Seals page tokens; 32 bytes, the same on every node. */
  readonly pageTokenKey: Uint8Array;
}

export function createDiscoveryService(deps: DiscoveryDeps): ServiceRegistration {
  const handlers: Handlers<DiscoveryOperations> = {
    AssociateConfigurationItemsToApplication: associateConfigurationItemsToApplication(deps),
    BatchDeleteAgents: batchDeleteAgents(deps),
    BatchDeleteImportData: batchDeleteImportData(deps),
    CreateApplication: createApplication(deps),
    CreateTags: createTags(deps),
    DeleteApplications: deleteApplications(deps),
    DeleteTags: deleteTags(deps),
    DescribeAgents: describeAgents(deps),
    DescribeBatchDeleteConfigurationTask: describeBatchDeleteConfigurationTask(deps),
    DescribeConfigurations: describeConfigurations(deps),
    DescribeContinuousExports: describeContinuousExports(deps),
    DescribeTags: describeTags(deps),
    DisassociateConfigurationItemsFromApplication: disassociateConfigurationItemsFromApplication(deps),
    DescribeExportConfigurations: describeExportConfigurations(deps),
    DescribeExportTasks: describeExportTasks(deps),
    DescribeImportTasks: describeImportTasks(deps),
    ExportConfigurations: exportConfigurations(deps),
    GetDiscoverySummary: getDiscoverySummary(deps),
    ListConfigurations: listConfigurations(deps),
    ListServerNeighbors: listServerNeighbors(deps),
    StartBatchDeleteConfigurationTask: startBatchDeleteConfigurationTask(deps),
    StartContinuousExport: startContinuousExport(deps),
    StartDataCollectionByAgentIds: startDataCollectionByAgentIds(deps),
    StartExportTask: startExportTask(deps),
    StartImportTask: startImportTask(deps),
    StopContinuousExport: stopContinuousExport(deps),
    StopDataCollectionByAgentIds: stopDataCollectionByAgentIds(deps),
    UpdateApplication: updateApplication(deps),
  };
  return { name: 'discovery', handlers: ownAccountOnly(deps.accountId, handlers) };
}
