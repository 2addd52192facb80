import type { Assets } from '../../governance/assets/assets.ts';
import type { Domains } from '../../governance/containers/domains.ts';
import type { Projects } from '../../governance/containers/projects.ts';
import type { DataSources } from '../../governance/data-sources/data-sources.ts';
import type { LineageEvents } from '../../governance/lineage/lineage-events.ts';
import type { LineageNodes } from '../../governance/lineage/lineage-nodes.ts';
import type { Runs } from '../../governance/runs/runs.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { DataZoneOperations } from '../../wire/generated/datazone.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { createDataSource } from './CreateDataSource.ts';
import { createDomain } from './CreateDomain.ts';
import { createProject } from './CreateProject.ts';
import { deleteDataSource } from './DeleteDataSource.ts';
import { sayingErrors } from './errors.ts';
import { getAsset } from './GetAsset.ts';
import { getDataSource } from './GetDataSource.ts';
import { getDataSourceRun } from './GetDataSourceRun.ts';
import { getDomain } from './GetDomain.ts';
import { getLineageEvent } from './GetLineageEvent.ts';
import { getLineageNode } from './GetLineageNode.ts';
import { getProject } from './GetProject.ts';
import { listDataSourceRunActivities } from './ListDataSourceRunActivities.ts';
import { listDataSourceRuns } from './ListDataSourceRuns.ts';
import { listDataSources } from './ListDataSources.ts';
import { listLineageEvents } from './ListLineageEvents.ts';
import { listLineageNodeHistory } from './ListLineageNodeHistory.ts';
import { postLineageEvent } from './PostLineageEvent.ts';
import { startDataSourceRun } from './StartDataSourceRun.ts';
import { updateDataSource } from './UpdateDataSource.ts';

export interface DataZoneDeps {
  readonly domains: Domains;
  readonly projects: Projects;
  readonly dataSources: DataSources;
  readonly runs: Runs;
  readonly assets: Assets;
  readonly lineageEvents: LineageEvents;
  readonly lineageNodes: LineageNodes;
  /** Where the domains are. */
  readonly region: string;
  /** Seals page tokens; 32 bytes, the same on every node. */
  readonly pageTokenKey: Uint8Array;
}

export function createDataZoneService(deps: DataZoneDeps): ServiceRegistration {
  const handlers: Handlers<DataZoneOperations> = {
    CreateDataSource: createDataSource(deps),
    CreateDomain: createDomain(deps),
    CreateProject: createProject(deps),
    DeleteDataSource: deleteDataSource(deps),
    GetAsset: getAsset(deps),
    GetDataSource: getDataSource(deps),
    GetDataSourceRun: getDataSourceRun(deps),
    GetDomain: getDomain(deps),
    GetLineageEvent: getLineageEvent(deps),
    GetLineageNode: getLineageNode(deps),
    GetProject: getProject(deps),
    ListDataSourceRunActivities: listDataSourceRunActivities(deps),
    ListDataSourceRuns: listDataSourceRuns(deps),
    ListDataSources: listDataSources(deps),
    ListLineageEvents: listLineageEvents(deps),
    ListLineageNodeHistory: listLineageNodeHistory(deps),
    PostLineageEvent: postLineageEvent(deps),
    StartDataSourceRun: startDataSourceRun(deps),
    UpdateDataSource: updateDataSource(deps),
  };
  return { name: 'datazone', handlers: sayingErrors(handlers) };
}
