import { findPartition } from '../../catalog/partitions.ts';
import type { GetPartitionRequest, GetPartitionResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describePartition } from './describe-catalog.ts';
import { EntityNotFoundException, InvalidInputException } from './errors.ts';
import type { GlueDeps } from './glue-service.ts';
import { requireDefaultCatalog, requireTable } from './scope.ts';

export function getPartition({ state }: GlueDeps): Handler<GetPartitionRequest, GetPartitionResponse> {
  return async ({ CatalogId, DatabaseName, TableName, PartitionValues }, { accountId }) => {
    requireDefaultCatalog(CatalogId, accountId);
    const table = await requireTable(state.queries, accountId, { database: DatabaseName, name: TableName });
    if (PartitionValues.length !== table.partitionKeys.length)
      throw new InvalidInputException('The number of partition keys do not match the number of partition values.');
    const ref = { accountId, database: table.database, table: table.name };
    const partition = await findPartition(state.queries, ref, PartitionValues);
    if (partition === undefined) throw new EntityNotFoundException('Cannot find partition.');
    return { Partition: describePartition(partition, table, { catalogId: accountId }) };
  };
}
