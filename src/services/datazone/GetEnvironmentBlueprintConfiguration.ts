import type {
  GetEnvironmentBlueprintConfigurationInput,
  GetEnvironmentBlueprintConfigurationOutput,
} from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeConfiguration } from './describe-blueprint.ts';

export function getEnvironmentBlueprintConfiguration({
  blueprintConfigurations: configurations,
}: DataZoneDeps): Handler<GetEnvironmentBlueprintConfigurationInput, GetEnvironmentBlueprintConfigurationOutput> {
  return async (input, ctx) => {
    const { domainIdentifier: domainId, environmentBlueprintIdentifier: blueprintId } = input;
    return describeConfiguration(await configurations.get({ accountId: ctx.accountId, domainId }, blueprintId));
  };
}
