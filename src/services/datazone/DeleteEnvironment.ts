import type { DeleteEnvironmentInput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

/** The environment is DELETING, and gone a moment later. */
export function deleteEnvironment({
  environments,
}: DataZoneDeps): Handler<DeleteEnvironmentInput, Record<string, never>> {
  return async (input, ctx) => {
    await environments.delete({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      environmentId: input.identifier,
    });
    return {};
  };
}
