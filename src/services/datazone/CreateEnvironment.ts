import type { CreateEnvironmentInput, CreateEnvironmentOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeEnvironment, refuseUnanswerable } from './describe-environment.ts';

/** Answers CREATING; it is ACTIVE, or has failed, a moment later. */
export function createEnvironment({
  environments,
}: DataZoneDeps): Handler<CreateEnvironmentInput, CreateEnvironmentOutput> {
  return async (input, ctx) => {
    refuseUnanswerable(input);
    const environment = await environments.create({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      projectId: input.projectIdentifier,
      // An empty one is in the model's pattern, and names none.
      profileId: input.environmentProfileIdentifier || undefined,
      blueprintId: input.environmentBlueprintIdentifier,
      name: input.name,
      description: input.description,
      parameters: input.userParameters,
      glossaryTerms: input.glossaryTerms,
      awsAccountId: input.environmentAccountIdentifier,
      awsAccountRegion: input.environmentAccountRegion,
      configurationId: input.environmentConfigurationId,
      configurationName: input.environmentConfigurationName,
      deploymentOrder: input.deploymentOrder,
    });
    return describeEnvironment(environment);
  };
}
