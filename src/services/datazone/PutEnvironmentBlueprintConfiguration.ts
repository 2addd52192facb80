import type {
  PutEnvironmentBlueprintConfigurationInput,
  PutEnvironmentBlueprintConfigurationOutput,
} from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeConfiguration } from './describe-blueprint.ts';

export function putEnvironmentBlueprintConfiguration({
  blueprintConfigurations: configurations,
}: DataZoneDeps): Handler<PutEnvironmentBlueprintConfigurationInput, PutEnvironmentBlueprintConfigurationOutput> {
  return async (input, ctx) => {
    const { domainIdentifier: domainId, environmentBlueprintIdentifier: blueprintId, ...settings } = input;
    return describeConfiguration(
      await configurations.put({ accountId: ctx.accountId, domainId }, blueprintId, settings),
    );
  };
}
