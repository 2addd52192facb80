import type { DeleteProjectInput, DeleteProjectOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

/** The project is DELETING, and gone when all that was in it is. */
export function deleteProject({ projects }: DataZoneDeps): Handler<DeleteProjectInput, DeleteProjectOutput> {
  return async (input, ctx) => {
    const ref = { accountId: ctx.accountId, domainId: input.domainIdentifier, projectId: input.identifier };
    await projects.delete(ref, { withHoldings: input.skipDeletionCheck ?? false });
    return {};
  };
}
