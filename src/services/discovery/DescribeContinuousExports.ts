import type { ContinuousExport } from '../../exports/store.ts';
import type {
  ContinuousExportDescription,
  DescribeContinuousExportsRequest,
  DescribeContinuousExportsResponse,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { InvalidParameterValueException, ResourceNotFoundException } from './errors.ts';
import { cutPage, PAGE_MAX, pageScope, readPosition } from './paging.ts';

/** Ids one request may name: the model sets no bound, and each is a parameter of the query. */
const IDS_MAX = 1000;

/** Exports newest first, past ones included. An id nobody has fails the call. */
export function describeContinuousExports({
  exports,
  pageTokenKey: key,
}: DiscoveryDeps): Handler<DescribeContinuousExportsRequest, DescribeContinuousExportsResponse> {
  return async ({ exportIds: asked, maxResults, nextToken }, ctx) => {
    const size = maxResults ?? PAGE_MAX;
    const exportIds = readIds(asked);
    const scope = pageScope(ctx, { exportIds });
    const position = readPosition(key, scope, nextToken);
    const after = position && { startedAtMs: Number(position[0]), exportId: String(position[1]) };
    if (exportIds !== undefined) await requireKnown(exports, exportIds);
    const found = await exports.list({ after, limit: size + 1, exportIds });
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf });
    return { descriptions: items.map(describeExport), ...rest };
  };
}

function readIds(asked: readonly string[] | undefined): readonly string[] | undefined {
  if (asked === undefined || asked.length === 0) return undefined;
  const exportIds = [...new Set(asked)];
  if (exportIds.length <= IDS_MAX) return exportIds;
  throw new InvalidParameterValueException(`exportIds names ${exportIds.length} exports; ${IDS_MAX} are the most.`);
}

async function requireKnown(
  exports: Pick<DiscoveryDeps['exports'], 'list'>,
  exportIds: readonly string[],
): Promise<void> {
  const known = new Set((await exports.list({ limit: exportIds.length, exportIds })).map((one) => one.exportId));
  const unknown = exportIds.find((exportId) => !known.has(exportId));
  if (unknown !== undefined) throw new ResourceNotFoundException(`Continuous export ${unknown} was not found.`);
}

function positionOf({ startedAtMs, exportId }: ContinuousExport): [number, string] {
  return [startedAtMs, exportId];
}

function describeExport(value: ContinuousExport): ContinuousExportDescription {
  return {
    exportId: value.exportId,
    status: value.status,
    ...(value.statusDetail === undefined ? {} : { statusDetail: value.statusDetail }),
    s3Bucket: value.bucket,
    startTime: value.startedAtMs,
    ...(value.stoppedAtMs === undefined ? {} : { stopTime: value.stoppedAtMs }),
    dataSource: 'AGENT',
    schemaStorageConfig: { databaseName: value.database },
  };
}
