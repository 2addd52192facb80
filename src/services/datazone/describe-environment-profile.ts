import type { EnvironmentProfile } from '../../governance/containers/environment-profile-store.ts';
import type { DescribedProfile } from '../../governance/containers/environment-profiles.ts';
import type { EnvironmentProfileSummary } from '../../wire/generated/datazone.ts';
import { describeParameters } from './describe-blueprint.ts';

export function describeProfile(profile: DescribedProfile) {
  return { ...summariseProfile(profile), userParameters: describeParameters(profile.blueprint, profile.parameters) };
}

export function summariseProfile(profile: EnvironmentProfile): EnvironmentProfileSummary {
  return {
    id: profile.profileId,
    domainId: profile.domainId,
    projectId: profile.projectId,
    name: profile.name,
    description: profile.description,
    environmentBlueprintId: profile.blueprintId,
    awsAccountId: profile.awsAccountId,
    awsAccountRegion: profile.awsAccountRegion,
    createdBy: profile.createdBy,
    createdAt: profile.createdAtMs,
    updatedAt: profile.updatedAtMs,
  };
}
