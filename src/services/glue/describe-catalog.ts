import type {
  CatalogColumn,
  CatalogDatabase,
  CatalogPartition,
  CatalogTable,
  StorageFacts,
} from '../../catalog/catalog.ts';
import type { Column, Database, Partition, StorageDescriptor, Table } from '../../wire/generated/glue.ts';
import { encodePrestoView, PRESTO_VIEW_PARAMETERS } from './presto-view.ts';

/** The catalogue's values as Glue's shapes. */

/** Of a table whose maker said nothing of these. */
export const NO_STORAGE_FACTS: StorageFacts = {
  compressed: false,
  bucketCount: -1,
  bucketColumns: [],
  sortColumns: [],
  parameters: {},
  storedAsSubDirectories: false,
};

export function describeDatabase(database: CatalogDatabase, catalogId: string): Database {
  return {
    Name: database.name,
    ...(database.description === undefined ? {} : { Description: database.description }),
    ...(database.locationUri === undefined ? {} : { LocationUri: database.locationUri }),
    Parameters: database.parameters,
    CreateTime: database.createdAtMs,
    CatalogId: catalogId,
  };
}

export function describeTable(table: CatalogTable, catalogId: string): Table {
  return {
    Name: table.name,
    DatabaseName: table.database,
    ...(table.description === undefined ? {} : { Description: table.description }),
    CreateTime: table.createdAtMs,
    UpdateTime: table.updatedAtMs,
    Retention: table.retention ?? 0,
    ...(table.owner === undefined ? {} : { Owner: table.owner }),
    StorageDescriptor: describeStorage(table, table.location ?? ''),
    PartitionKeys: table.partitionKeys.map(describeColumn),
    TableType: table.type,
    Parameters: table.type === 'VIRTUAL_VIEW' ? { ...PRESTO_VIEW_PARAMETERS, ...table.parameters } : table.parameters,
    ...(table.viewSql === undefined
      ? {}
      : { ViewOriginalText: encodePrestoView(table, table.viewSql), ViewExpandedText: '/* Presto View */' }),
    IsRegisteredWithLakeFormation: false,
    CatalogId: catalogId,
    VersionId: String(table.version),
  };
}

/** A partition is stored as its table is, but for the place. */
export function describePartition(
  partition: CatalogPartition,
  table: CatalogTable,
  options: { catalogId: string; withoutColumns?: boolean | undefined },
): Partition {
  const { Columns, ...storage } = describeStorage(table, partition.location);
  return {
    Values: partition.values,
    DatabaseName: table.database,
    TableName: table.name,
    CreationTime: partition.createdAtMs,
    StorageDescriptor: options.withoutColumns === true ? storage : { Columns, ...storage },
    Parameters: partition.parameters,
    CatalogId: options.catalogId,
  };
}

function describeStorage(table: CatalogTable, location: string): StorageDescriptor {
  const { inputFormat, outputFormat, serde, storage = NO_STORAGE_FACTS } = table;
  return {
    Columns: table.columns.map(describeColumn),
    Location: location,
    ...(inputFormat === undefined ? {} : { InputFormat: inputFormat }),
    ...(outputFormat === undefined ? {} : { OutputFormat: outputFormat }),
    Compressed: storage.compressed,
    NumberOfBuckets: storage.bucketCount,
    SerdeInfo: serde === undefined ? {} : { SerializationLibrary: serde.library, Parameters: serde.parameters },
    BucketColumns: storage.bucketColumns,
    SortColumns: storage.sortColumns.map(({ column, order }) => ({ Column: column, SortOrder: order })),
    Parameters: storage.parameters,
    StoredAsSubDirectories: storage.storedAsSubDirectories,
  };
}

function describeColumn({ name, type, comment }: CatalogColumn): Column {
  return { Name: name, Type: type, ...(comment === undefined ? {} : { Comment: comment }) };
}
