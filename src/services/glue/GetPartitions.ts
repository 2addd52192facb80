import type { CatalogPartition, CatalogTable } from '../../catalog/catalog.ts';
import { listPartitions, partitionCursor } from '../../catalog/partitions.ts';
import type { GetPartitionsRequest, GetPartitionsResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describePartition } from './describe-catalog.ts';
import type { GlueDeps } from './glue-service.ts';
import { readPage } from './paging.ts';
import { compilePartitionExpression } from './partition-expression/partition-predicate.ts';
import { refuseTimeTravel, requireDefaultCatalog, requireTable } from './scope.ts';
import { segmentTest } from './segments.ts';

const PARTITIONS_A_PAGE_MAX = 1000;

/** Partitions of a table by their values: those of an expression, those of a segment, or those of both. */
export function getPartitions({ state, pageTokenKey }: GlueDeps): Handler<GetPartitionsRequest, GetPartitionsResponse> {
  return async (input, ctx) => {
    const { accountId } = ctx;
    requireDefaultCatalog(input.CatalogId, accountId);
    refuseTimeTravel(input);
    const ref = { database: input.DatabaseName, name: input.TableName };
    const table = await requireTable(state.queries, accountId, ref);
    const { items, nextToken } = await readPage<CatalogPartition>({
      key: pageTokenKey,
      ctx,
      inputs: { database: table.database, table: table.name, Expression: input.Expression, Segment: input.Segment },
      nextToken: input.NextToken,
      size: input.MaxResults ?? PARTITIONS_A_PAGE_MAX,
      list: (page) => listPartitions(state.queries, { accountId, database: table.database, table: table.name }, page),
      keyOf: partitionCursor,
      accepts: acceptance(input, table),
    });
    const shape = { catalogId: accountId, withoutColumns: input.ExcludeColumnSchema };
    const Partitions = items.map((partition) => describePartition(partition, table, shape));
    return { Partitions, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  };
}

function acceptance(
  { Expression, Segment }: GetPartitionsRequest,
  { partitionKeys }: CatalogTable,
): (partition: CatalogPartition) => boolean {
  const isInSegment = segmentTest(Segment);
  const matches =
    Expression === undefined || Expression.trim() === ''
      ? undefined
      : compilePartitionExpression(Expression, partitionKeys);
  return (partition) => isInSegment?.(partition) !== false && matches?.(partition.values) !== false;
}
