import type { Catalogue } from '../../governance/catalogue.ts';
import type { BlueprintConfigurations } from '../../governance/containers/blueprint-configurations.ts';
import type { Blueprints } from '../../governance/containers/blueprints.ts';
import type { Connections } from '../../governance/containers/connections.ts';
import type { Domains } from '../../governance/containers/domains.ts';
import type { EnvironmentProfiles } from '../../governance/containers/environment-profiles.ts';
import type { Environments } from '../../governance/containers/environments.ts';
import type { Memberships } from '../../governance/containers/memberships.ts';
import type { Projects } from '../../governance/containers/projects.ts';
import type { Tags } from '../../governance/containers/tags.ts';
import type { DataSources } from '../../governance/data-sources/data-sources.ts';
import type { LineageEvents } from '../../governance/lineage/lineage-events.ts';
import type { LineageNodes } from '../../governance/lineage/lineage-nodes.ts';
import type { Runs } from '../../governance/runs/runs.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { DataZoneOperations } from '../../wire/generated/datazone.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { createDataSource } from './CreateDataSource.ts';
import { catalogueOperations } from './catalogue-operations.ts';
import { containerOperations } from './container-operations.ts';
import { deleteDataSource } from './DeleteDataSource.ts';
import { sayingErrors } from './errors.ts';
import { getDataSource } from './GetDataSource.ts';
import { getDataSourceRun } from './GetDataSourceRun.ts';
import { getLineageEvent } from './GetLineageEvent.ts';
import { getLineageNode } from './GetLineageNode.ts';
import { listDataSourceRunActivities } from './ListDataSourceRunActivities.ts';
import { listDataSourceRuns } from './ListDataSourceRuns.ts';
import { listDataSources } from './ListDataSources.ts';
import { listLineageEvents } from './ListLineageEvents.ts';
import { listLineageNodeHistory } from './ListLineageNodeHistory.ts';
import { postLineageEvent } from './PostLineageEvent.ts';
import { startDataSourceRun } from './StartDataSourceRun.ts';
import { updateDataSource } from './UpdateDataSource.ts';

export interface DataZoneDeps extends Catalogue {
  readonly domains: Domains;
  readonly projects: Projects;
  readonly memberships: Memberships;
  readonly blueprints: Blueprints;
  readonly blueprintConfigurations: BlueprintConfigurations;
  readonly environmentProfiles: EnvironmentProfiles;
  readonly environments: Environments;
  readonly connections: Connections;
  readonly tags: Tags;
  readonly dataSources: DataSources;
  readonly runs: Runs;
  readonly lineageEvents: LineageEvents;
  readonly lineageNodes: LineageNodes;
  /** Where the domains are. */
  readonly region: string;
  /** Seals page tokens; 32 bytes, the same on every node. */
  readonly pageTokenKey: Uint8Array;
}

export function createDataZoneService(deps: DataZoneDeps): ServiceRegistration {
  const handlers: Handlers<DataZoneOperations> = {
    ...catalogueOperations(deps),
    ...containerOperations(deps),
    CreateDataSource: createDataSource(deps),
    DeleteDataSource: deleteDataSource(deps),
    GetDataSource: getDataSource(deps),
    GetDataSourceRun: getDataSourceRun(deps),
    GetLineageEvent: getLineageEvent(deps),
    GetLineageNode: getLineageNode(deps),
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
