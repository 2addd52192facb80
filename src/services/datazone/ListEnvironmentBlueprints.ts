import type { Blueprint } from '../../governance/containers/blueprints.ts';
import type { ListEnvironmentBlueprintsInput, ListEnvironmentBlueprintsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseBlueprint } from './describe-blueprint.ts';
import { newestPage } from './paging.ts';

/** All of ours are managed. */
export function listEnvironmentBlueprints({
  blueprints,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListEnvironmentBlueprintsInput, ListEnvironmentBlueprintsOutput> {
  return async (input, ctx) => {
    const filter = { name: input.name, isManaged: input.managed };
    const { items, ...rest } = await newestPage({ key, ctx, input: { ...input }, positionOf }, (page) =>
      blueprints.list({ accountId: ctx.accountId, domainId: input.domainIdentifier }, filter, page),
    );
    return { items: items.map(summariseBlueprint), ...rest };
  };
}

function positionOf({ createdAtMs, blueprintId }: Blueprint) {
  return { createdAtMs, id: blueprintId };
}
