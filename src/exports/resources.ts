import type { TableDefinition } from '../catalog/catalog.ts';
import { bytesForBase36, takeBase36 } from '../core/ids.ts';
import { HIVE_TYPES, PARTITION_KEY, TABLE_NAMES, TABLES, type TableName } from '../core/records.ts';
import type { Random } from '../ports/random.ts';
import { ensureSetting } from '../ports/state/settings.ts';
import type { StateQueries } from '../ports/state/state-store.ts';

/** The lake's database in the catalogue. */
export const EXPORT_DATABASE = 'application_discovery_service_database';

const BUCKET_PREFIX = 'aws-application-discovery-service-';
const BUCKET_SUFFIX_CHARACTERS = 25;

/** The lake's bucket: chosen once per account and Region, kept over every stop and start. */
export function ensureBucketName(
  queries: StateQueries,
  accountId: string,
  region: string,
  random: Random,
): Promise<string> {
  return ensureSetting(queries, `export-bucket/${accountId}/${region}`, () => {
    const suffix = takeBase36(random.bytes(bytesForBase36(BUCKET_SUFFIX_CHARACTERS)), BUCKET_SUFFIX_CHARACTERS);
    return BUCKET_PREFIX + suffix;
  });
}

/** A delivered file in the bucket, without the bucket: `<table>/dt=<day>/<file name>`. */
export function deliveredKey(table: TableName, day: string, objectKey: string): string {
  return `${table}/${PARTITION_KEY}=${day}/${objectKey.slice(objectKey.lastIndexOf('/') + 1)}`;
}

export function tableLocation(bucket: string, table: TableName): string {
  return `s3://${bucket}/${table}/`;
}

export function partitionLocation(bucket: string, table: TableName, day: string): string {
  return `${tableLocation(bucket, table)}${PARTITION_KEY}=${day}/`;
}

/** The tables an export registers, by name. */
export function defineTables(bucket: string): Map<TableName, TableDefinition> {
  return new Map(TABLE_NAMES.map((name) => [name, defineTable(bucket, name)]));
}

function defineTable(bucket: string, name: TableName): TableDefinition {
  return {
    type: 'EXTERNAL_TABLE',
    columns: TABLES[name].columns.map((column) => ({ name: column.name, type: HIVE_TYPES[column.type] })),
    partitionKeys: [{ name: PARTITION_KEY, type: 'string' }],
    parameters: { EXTERNAL: 'TRUE', classification: 'parquet', has_encrypted_data: 'false' },
    location: tableLocation(bucket, name),
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    serde: {
      library: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      parameters: { 'serialization.format': '1' },
    },
  };
}
