import type {
  DeleteEnvironmentBlueprintConfigurationInput,
  DeleteEnvironmentBlueprintConfigurationOutput,
} from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

export function deleteEnvironmentBlueprintConfiguration({
  blueprintConfigurations: configurations,
}: DataZoneDeps): Handler<DeleteEnvironmentBlueprintConfigurationInput, DeleteEnvironmentBlueprintConfigurationOutput> {
  return async (input, ctx) => {
    const { domainIdentifier: domainId, environmentBlueprintIdentifier: blueprintId } = input;
    await configurations.delete({ accountId: ctx.accountId, domainId }, blueprintId);
    return {};
  };
}
