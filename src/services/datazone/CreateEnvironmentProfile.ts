import type { CreateEnvironmentProfileInput, CreateEnvironmentProfileOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeProfile } from './describe-environment-profile.ts';

export function createEnvironmentProfile({
  environmentProfiles,
}: DataZoneDeps): Handler<CreateEnvironmentProfileInput, CreateEnvironmentProfileOutput> {
  return async (input, ctx) => {
    const profile = await environmentProfiles.create({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      projectId: input.projectIdentifier,
      blueprintId: input.environmentBlueprintIdentifier,
      name: input.name,
      description: input.description,
      parameters: input.userParameters,
      awsAccountId: input.awsAccountId,
      awsAccountRegion: input.awsAccountRegion,
    });
    return describeProfile(profile);
  };
}
