import type { DeleteEnvironmentProfileInput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

export function deleteEnvironmentProfile({
  environmentProfiles,
}: DataZoneDeps): Handler<DeleteEnvironmentProfileInput, Record<string, never>> {
  return async (input, ctx) => {
    await environmentProfiles.delete({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      profileId: input.identifier,
    });
    return {};
  };
}
