import type {
  DescribeExportTasksRequest,
  DescribeExportTasksResponse,
  ExportFilter,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { InvalidParameterValueException } from './errors.ts';
import { readAgentIds } from './export-order.ts';
import { describeExportPage, readNames } from './export-pages.ts';

/** Exports newest first. Ids nobody has are left out. */
export function describeExportTasks(
  deps: DiscoveryDeps,
): Handler<DescribeExportTasksRequest, DescribeExportTasksResponse> {
  return ({ exportIds, filters, maxResults, nextToken }, ctx) =>
    describeExportPage(deps, ctx, {
      exportIds: readNames('exportIds', exportIds),
      agentIds: readFilters(filters ?? []),
      maxResults,
      nextToken,
    });
}

/** The agents that every filter names: filters AND together, values of one OR. */
function readFilters(filters: readonly ExportFilter[]): readonly string[] | undefined {
  const named = filters.map((filter) => {
    const agentIds = readNames(filter.name, readAgentIds(filter));
    if (agentIds !== undefined) return agentIds;
    throw new InvalidParameterValueException(`Filter '${filter.name}' needs at least one value.`);
  });
  const [first, ...others] = named;
  return first?.filter((agentId) => others.every((agentIds) => agentIds.includes(agentId)));
}
