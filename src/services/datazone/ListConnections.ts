import type { Connection } from '../../governance/containers/connection-store.ts';
import type { ListConnectionsInput, ListConnectionsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseConnection } from './describe-connection.ts';
import { orderOf } from './name-order.ts';
import { listPage, type PagePosition } from './paging.ts';

/** Newest first, or by name. */
export function listConnections({
  connections,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListConnectionsInput, ListConnectionsOutput> {
  return async (input, ctx) => {
    const { name, type, scope, projectIdentifier: projectId, environmentIdentifier: environmentId } = input;
    const filter = { name, type, scope, projectId, environmentId };
    const order = orderOf(input);
    const { items, ...rest } = await listPage({ key, ctx, input: { ...input }, positionOf }, ({ after, limit }) =>
      connections.list({ accountId: ctx.accountId, domainId: input.domainIdentifier }, filter, {
        order,
        after: after && readPlace(after),
        limit,
      }),
    );
    return { items: items.map(summariseConnection), ...rest };
  };
}

function positionOf({ createdAtMs, name, connectionId }: Connection): PagePosition {
  return [createdAtMs, name, connectionId];
}

function readPlace([createdAtMs, name, connectionId]: PagePosition) {
  return { createdAtMs: Number(createdAtMs), name: String(name), connectionId: String(connectionId) };
}
