import type { DeleteProjectMembershipInput, DeleteProjectMembershipOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { readMember } from './project-members.ts';

export function deleteProjectMembership({
  memberships,
}: DataZoneDeps): Handler<DeleteProjectMembershipInput, DeleteProjectMembershipOutput> {
  return async (input, ctx) => {
    const project = { accountId: ctx.accountId, domainId: input.domainIdentifier, projectId: input.projectIdentifier };
    await memberships.delete(project, readMember(ctx.accountId, input.member));
    return {};
  };
}
