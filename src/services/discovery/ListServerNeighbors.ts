import type { Neighbor, NeighborPosition } from '../../inventory/reading/neighbors.ts';
import type {
  ListServerNeighborsRequest,
  ListServerNeighborsResponse,
  NeighborConnectionDetail,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { mapDomainErrors } from './map-domain-errors.ts';
import { cutPage, pageScope, readPageSize, readPosition } from './paging.ts';

/** Servers one hop away from a server. The count is of all of them, whatever the page and the chosen neighbours. */
export function listServerNeighbors({
  inventory,
  pageTokenKey: key,
}: DiscoveryDeps): Handler<ListServerNeighborsRequest, ListServerNeighborsResponse> {
  return async ({ configurationId, portInformationNeeded, neighborConfigurationIds, maxResults, nextToken }, ctx) => {
    const size = readPageSize(maxResults);
    const withPorts = portInformationNeeded === true;
    const neighborIds = neighborConfigurationIds?.length === 0 ? undefined : neighborConfigurationIds;
    const scope = pageScope(ctx, { configurationId, withPorts, neighborIds });
    const after = readPosition(key, scope, nextToken);
    const question = { serverId: configurationId, withPorts, neighborIds, after, limit: size + 1 };
    const { neighbors: found, servers } = await mapDomainErrors(() => inventory.neighbors(question));
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf });
    return { neighbors: items.map(describeNeighbor), knownDependencyCount: servers, ...rest };
  };
}

function positionOf({
  sourceServerId,
  destinationServerId,
  destinationPort,
  transportProtocol,
}: Neighbor): NeighborPosition {
  const ids = [sourceServerId, destinationServerId];
  return destinationPort === undefined ? ids : [...ids, destinationPort, transportProtocol ?? ''];
}

function describeNeighbor({ connections, ...neighbor }: Neighbor): NeighborConnectionDetail {
  const { sourceServerId, destinationServerId, destinationPort, transportProtocol } = neighbor;
  return {
    sourceServerId,
    destinationServerId,
    ...(destinationPort === undefined ? {} : { destinationPort }),
    ...(transportProtocol === undefined ? {} : { transportProtocol }),
    connectionsCount: connections,
  };
}
