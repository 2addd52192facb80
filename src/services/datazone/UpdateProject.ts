import type { UpdateProjectInput, UpdateProjectOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeProject } from './describe-project.ts';
import { ValidationException } from './errors.ts';

/** What was not said stays. */
export function updateProject({ projects }: DataZoneDeps): Handler<UpdateProjectInput, UpdateProjectOutput> {
  return async (input, ctx) => {
    const { name, description, glossaryTerms, resourceTags, userParameters, environmentDeploymentDetails } = input;
    if (input.projectProfileVersion !== undefined)
      throw new ValidationException('projectProfileVersion is not supported: project profiles have no versions here.');
    const ref = { accountId: ctx.accountId, domainId: input.domainIdentifier, projectId: input.identifier };
    const settings = { glossaryTerms, resourceTags, userParameters, environmentDeploymentDetails };
    return describeProject(await projects.update(ref, { name, description, unitId: input.domainUnitId, settings }));
  };
}
