import type { EnvironmentProfile } from '../../governance/containers/environment-profile-store.ts';
import type { ListEnvironmentProfilesInput, ListEnvironmentProfilesOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseProfile } from './describe-environment-profile.ts';
import { newestPage } from './paging.ts';

export function listEnvironmentProfiles({
  environmentProfiles,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListEnvironmentProfilesInput, ListEnvironmentProfilesOutput> {
  return async (input, ctx) => {
    const { awsAccountId, awsAccountRegion, name } = input;
    const filter = {
      awsAccountId,
      awsAccountRegion,
      name,
      blueprintId: input.environmentBlueprintIdentifier,
      projectId: input.projectIdentifier,
    };
    const { items, ...rest } = await newestPage({ key, ctx, input: { ...input }, positionOf }, (page) =>
      environmentProfiles.list({ accountId: ctx.accountId, domainId: input.domainIdentifier }, filter, page),
    );
    return { items: items.map(summariseProfile), ...rest };
  };
}

function positionOf({ createdAtMs, profileId }: EnvironmentProfile) {
  return { createdAtMs, id: profileId };
}
