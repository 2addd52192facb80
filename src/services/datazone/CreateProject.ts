import type { CreateProjectInput, CreateProjectOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeProject } from './describe-project.ts';

export function createProject({ projects }: DataZoneDeps): Handler<CreateProjectInput, CreateProjectOutput> {
  return async (input, ctx) => {
    const { glossaryTerms, projectProfileId, projectCategory, projectExecutionRole } = input;
    const project = await projects.create({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      name: input.name,
      description: input.description,
      settings: { glossaryTerms, projectProfileId, projectCategory, projectExecutionRole },
    });
    return describeProject(project);
  };
}
