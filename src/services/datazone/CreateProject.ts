import type { CreateProjectInput, CreateProjectOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeProject } from './describe-project.ts';
import { readMember } from './project-members.ts';

/** Whoever calls owns the project. */
export function createProject({ projects }: DataZoneDeps): Handler<CreateProjectInput, CreateProjectOutput> {
  return async (input, ctx) => {
    const { glossaryTerms, projectProfileId, projectCategory, projectExecutionRole, userParameters, resourceTags } =
      input;
    const project = await projects.create({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      name: input.name,
      description: input.description,
      unitId: input.domainUnitId,
      settings: {
        glossaryTerms,
        projectProfileId,
        projectCategory,
        projectExecutionRole,
        userParameters,
        resourceTags,
      },
      members: input.membershipAssignments?.map(({ member, designation }) => ({
        member: readMember(ctx.accountId, member),
        designation,
      })),
    });
    return describeProject(project);
  };
}
