import type { GetEnvironmentProfileInput, GetEnvironmentProfileOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeProfile } from './describe-environment-profile.ts';

export function getEnvironmentProfile({
  environmentProfiles,
}: DataZoneDeps): Handler<GetEnvironmentProfileInput, GetEnvironmentProfileOutput> {
  return async (input, ctx) =>
    describeProfile(
      await environmentProfiles.get({
        accountId: ctx.accountId,
        domainId: input.domainIdentifier,
        profileId: input.identifier,
      }),
    );
}
