import { BLUEPRINT_PROVIDER } from '../../governance/containers/blueprints.ts';
import type { Environment } from '../../governance/containers/environment-store.ts';
import type { ListEnvironmentsInput, ListEnvironmentsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseEnvironment } from './describe-environment.ts';
import { newestPage } from './paging.ts';

/** Of one project. */
export function listEnvironments({
  environments,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListEnvironmentsInput, ListEnvironmentsOutput> {
  return async (input, ctx) => {
    if (input.provider !== undefined && input.provider !== BLUEPRINT_PROVIDER) return { items: [] };
    const { awsAccountId, awsAccountRegion, name, status } = input;
    const filter = {
      awsAccountId,
      awsAccountRegion,
      name,
      status,
      projectId: input.projectIdentifier,
      profileId: input.environmentProfileIdentifier,
      blueprintId: input.environmentBlueprintIdentifier,
    };
    const { items, ...rest } = await newestPage({ key, ctx, input: { ...input }, positionOf }, (page) =>
      environments.list({ accountId: ctx.accountId, domainId: input.domainIdentifier }, filter, page),
    );
    return { items: items.map(summariseEnvironment), ...rest };
  };
}

function positionOf({ createdAtMs, environmentId }: Environment) {
  return { createdAtMs, id: environmentId };
}
