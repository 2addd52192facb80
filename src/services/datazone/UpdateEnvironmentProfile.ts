import type { UpdateEnvironmentProfileInput, UpdateEnvironmentProfileOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeProfile } from './describe-environment-profile.ts';

/** What was not said stays; of the parameters too. */
export function updateEnvironmentProfile({
  environmentProfiles,
}: DataZoneDeps): Handler<UpdateEnvironmentProfileInput, UpdateEnvironmentProfileOutput> {
  return async (input, ctx) => {
    const ref = { accountId: ctx.accountId, domainId: input.domainIdentifier, profileId: input.identifier };
    const { name, description, userParameters: parameters, awsAccountId, awsAccountRegion } = input;
    const changes = { name, description, parameters, awsAccountId, awsAccountRegion };
    return describeProfile(await environmentProfiles.update(ref, changes));
  };
}
