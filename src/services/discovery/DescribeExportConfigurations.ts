import type {
  DescribeExportConfigurationsRequest,
  DescribeExportConfigurationsResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { ResourceNotFoundException } from './errors.ts';
import { describeExportPage, readNames } from './export-pages.ts';

/** The deprecated way to look at summary exports. An id nobody has fails the call. */
export function describeExportConfigurations(
  deps: DiscoveryDeps,
): Handler<DescribeExportConfigurationsRequest, DescribeExportConfigurationsResponse> {
  return async ({ exportIds: asked, maxResults, nextToken }, ctx) => {
    const exportIds = readNames('exportIds', asked);
    if (exportIds !== undefined) await requireKnown(deps, exportIds);
    return describeExportPage(deps, ctx, { exportIds, kind: 'SUMMARY', maxResults, nextToken });
  };
}

async function requireKnown({ exportTasks }: DiscoveryDeps, exportIds: readonly string[]): Promise<void> {
  const found = await exportTasks.list({ exportIds, kind: 'SUMMARY', limit: exportIds.length });
  const known = new Set(found.map(({ exportId }) => exportId));
  const unknown = exportIds.find((exportId) => !known.has(exportId));
  if (unknown !== undefined) throw new ResourceNotFoundException(`Export ${unknown} was not found.`);
}
