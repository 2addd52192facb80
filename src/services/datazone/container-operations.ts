import type { DataZoneOperations } from '../../wire/generated/datazone.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { createConnection } from './CreateConnection.ts';
import { createDomain } from './CreateDomain.ts';
import { createEnvironment } from './CreateEnvironment.ts';
import { createEnvironmentProfile } from './CreateEnvironmentProfile.ts';
import { createProject } from './CreateProject.ts';
import { createProjectMembership } from './CreateProjectMembership.ts';
import { deleteConnection } from './DeleteConnection.ts';
import { deleteDomain } from './DeleteDomain.ts';
import { deleteEnvironment } from './DeleteEnvironment.ts';
import { deleteEnvironmentBlueprintConfiguration } from './DeleteEnvironmentBlueprintConfiguration.ts';
import { deleteEnvironmentProfile } from './DeleteEnvironmentProfile.ts';
import { deleteProject } from './DeleteProject.ts';
import { deleteProjectMembership } from './DeleteProjectMembership.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { getConnection } from './GetConnection.ts';
import { getDomain } from './GetDomain.ts';
import { getEnvironment } from './GetEnvironment.ts';
import { getEnvironmentBlueprint } from './GetEnvironmentBlueprint.ts';
import { getEnvironmentBlueprintConfiguration } from './GetEnvironmentBlueprintConfiguration.ts';
import { getEnvironmentProfile } from './GetEnvironmentProfile.ts';
import { getProject } from './GetProject.ts';
import { listConnections } from './ListConnections.ts';
import { listDomains } from './ListDomains.ts';
import { listEnvironmentBlueprintConfigurations } from './ListEnvironmentBlueprintConfigurations.ts';
import { listEnvironmentBlueprints } from './ListEnvironmentBlueprints.ts';
import { listEnvironmentProfiles } from './ListEnvironmentProfiles.ts';
import { listEnvironments } from './ListEnvironments.ts';
import { listProjectMemberships } from './ListProjectMemberships.ts';
import { listProjects } from './ListProjects.ts';
import { listTagsForResource } from './ListTagsForResource.ts';
import { putEnvironmentBlueprintConfiguration } from './PutEnvironmentBlueprintConfiguration.ts';
import { tagResource } from './TagResource.ts';
import { untagResource } from './UntagResource.ts';
import { updateConnection } from './UpdateConnection.ts';
import { updateDomain } from './UpdateDomain.ts';
import { updateEnvironment } from './UpdateEnvironment.ts';
import { updateEnvironmentProfile } from './UpdateEnvironmentProfile.ts';
import { updateProject } from './UpdateProject.ts';

/** Domains, projects, environments, connections, and what belongs to them. */
export function containerOperations(deps: DataZoneDeps): Handlers<DataZoneOperations> {
  return {
    CreateConnection: createConnection(deps),
    CreateDomain: createDomain(deps),
    CreateEnvironment: createEnvironment(deps),
    CreateEnvironmentProfile: createEnvironmentProfile(deps),
    CreateProject: createProject(deps),
    CreateProjectMembership: createProjectMembership(deps),
    DeleteConnection: deleteConnection(deps),
    DeleteDomain: deleteDomain(deps),
    DeleteEnvironment: deleteEnvironment(deps),
    DeleteEnvironmentBlueprintConfiguration: deleteEnvironmentBlueprintConfiguration(deps),
    DeleteEnvironmentProfile: deleteEnvironmentProfile(deps),
    DeleteProject: deleteProject(deps),
    DeleteProjectMembership: deleteProjectMembership(deps),
    GetConnection: getConnection(deps),
    GetDomain: getDomain(deps),
    GetEnvironment: getEnvironment(deps),
    GetEnvironmentBlueprint: getEnvironmentBlueprint(deps),
    GetEnvironmentBlueprintConfiguration: getEnvironmentBlueprintConfiguration(deps),
    GetEnvironmentProfile: getEnvironmentProfile(deps),
    GetProject: getProject(deps),
    ListConnections: listConnections(deps),
    ListDomains: listDomains(deps),
    ListEnvironmentBlueprintConfigurations: listEnvironmentBlueprintConfigurations(deps),
    ListEnvironmentBlueprints: listEnvironmentBlueprints(deps),
    ListEnvironmentProfiles: listEnvironmentProfiles(deps),
    ListEnvironments: listEnvironments(deps),
    ListProjectMemberships: listProjectMemberships(deps),
    ListProjects: listProjects(deps),
    ListTagsForResource: listTagsForResource(deps),
    PutEnvironmentBlueprintConfiguration: putEnvironmentBlueprintConfiguration(deps),
    TagResource: tagResource(deps),
    UntagResource: untagResource(deps),
    UpdateConnection: updateConnection(deps),
    UpdateDomain: updateDomain(deps),
    UpdateEnvironment: updateEnvironment(deps),
    UpdateEnvironmentProfile: updateEnvironmentProfile(deps),
    UpdateProject: updateProject(deps),
  };
}
