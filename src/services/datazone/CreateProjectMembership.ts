import type { CreateProjectMembershipInput, CreateProjectMembershipOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { readMember } from './project-members.ts';

export function createProjectMembership({
  memberships,
}: DataZoneDeps): Handler<CreateProjectMembershipInput, CreateProjectMembershipOutput> {
  return async (input, ctx) => {
    const project = { accountId: ctx.accountId, domainId: input.domainIdentifier, projectId: input.projectIdentifier };
    await memberships.create(project, readMember(ctx.accountId, input.member), input.designation);
    return {};
  };
}
