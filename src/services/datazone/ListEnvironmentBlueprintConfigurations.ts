import type { BlueprintConfiguration } from '../../governance/containers/blueprint-configuration-store.ts';
import type {
  ListEnvironmentBlueprintConfigurationsInput,
  ListEnvironmentBlueprintConfigurationsOutput,
} from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeConfiguration } from './describe-blueprint.ts';
import { newestPage } from './paging.ts';

export function listEnvironmentBlueprintConfigurations({
  blueprintConfigurations: configurations,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListEnvironmentBlueprintConfigurationsInput, ListEnvironmentBlueprintConfigurationsOutput> {
  return async (input, ctx) => {
    const { items, ...rest } = await newestPage({ key, ctx, input: { ...input }, positionOf }, (page) =>
      configurations.list({ accountId: ctx.accountId, domainId: input.domainIdentifier }, page),
    );
    return { items: items.map(describeConfiguration), ...rest };
  };
}

function positionOf({ createdAtMs, blueprintId }: BlueprintConfiguration) {
  return { createdAtMs, id: blueprintId };
}
