import type { Project } from '../../governance/containers/project-store.ts';
import type {
  EnvironmentConfigurationUserParameter,
  EnvironmentDeploymentDetails,
  ProjectSummary,
} from '../../wire/generated/datazone.ts';

export function describeProject(project: Project) {
  const { glossaryTerms, projectProfileId, userParameters, environmentDeploymentDetails } = project.settings;
  return {
    ...describeBasics(project),
    lastUpdatedAt: project.updatedAtMs,
    resourceTags: describeTags(project),
    glossaryTerms,
    projectProfileId,
    userParameters: userParameters as readonly EnvironmentConfigurationUserParameter[] | undefined,
    environmentDeploymentDetails: environmentDeploymentDetails as EnvironmentDeploymentDetails | undefined,
  };
}

export function summariseProject(project: Project): ProjectSummary {
  return { ...describeBasics(project), updatedAt: project.updatedAtMs };
}

function describeBasics(project: Project) {
  return {
    domainId: project.domainId,
    id: project.projectId,
    name: project.name,
    description: project.description,
    projectStatus: project.status,
    createdBy: project.createdBy,
    createdAt: project.createdAtMs,
    domainUnitId: project.unitId,
    projectCategory: project.settings.projectCategory,
  };
}

function describeTags({ settings: { resourceTags } }: Project) {
  return (
    resourceTags && Object.entries(resourceTags).map(([key, value]) => ({ key, value, source: 'PROJECT' as const }))
  );
}
