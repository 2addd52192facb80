import type { GetEnvironmentBlueprintInput, GetEnvironmentBlueprintOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeParameters, summariseBlueprint } from './describe-blueprint.ts';

export function getEnvironmentBlueprint({
  blueprints,
}: DataZoneDeps): Handler<GetEnvironmentBlueprintInput, GetEnvironmentBlueprintOutput> {
  return async (input, ctx) => {
    const blueprint = await blueprints.get(
      { accountId: ctx.accountId, domainId: input.domainIdentifier },
      input.identifier,
    );
    return { ...summariseBlueprint(blueprint), userParameters: describeParameters(blueprint) };
  };
}
