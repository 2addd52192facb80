import type { Project } from '../../governance/containers/project-store.ts';

export function describeProject(project: Project) {
  const { glossaryTerms, projectProfileId, projectCategory } = project.settings;
  return {
    domainId: project.domainId,
    id: project.projectId,
    name: project.name,
    description: project.description,
    projectStatus: project.status,
    createdBy: project.createdBy,
    createdAt: project.createdAtMs,
    lastUpdatedAt: project.updatedAtMs,
    glossaryTerms,
    domainUnitId: project.unitId,
    projectProfileId,
    projectCategory,
  };
}
