import type { Generated } from 'kysely';
import type { ExportTasksSchema } from './export-tasks-schema.ts';
import type { GovernanceSchema } from './governance-schema.ts';
import type { ImportsSchema } from './imports-schema.ts';
import type { InventorySchema } from './inventory-schema.ts';

/**
 * The tables of the state store, as migrations leave them. Ids are text, times epoch milliseconds, flags 0 or 1, JSON text
 * in columns named `_json`. Every table of a tenant has `account_id`, and every key begins with it.
 */
export interface StateSchema extends InventorySchema, GovernanceSchema, ImportsSchema, ExportTasksSchema {
  settings: SettingsTable;
  agents: AgentsTable;
  accepted_batches: AcceptedBatchesTable;
  segments: SegmentsTable;
  segment_logs: SegmentLogsTable;
  data_files: DataFilesTable;
  watermarks: WatermarksTable;
  buckets: BucketsTable;
  bucket_objects: BucketObjectsTable;
  catalog_databases: CatalogDatabasesTable;
  catalog_tables: CatalogTablesTable;
  catalog_partitions: CatalogPartitionsTable;
  delivery_roles: DeliveryRolesTable;
  continuous_exports: ContinuousExportsTable;
  export_deliveries: ExportDeliveriesTable;
  query_executions: QueryExecutionsTable;
  leases: LeasesTable;
}

export interface SettingsTable {
  name: string;
  value: string;
}

export interface AgentsTable {
  account_id: string;
  agent_id: string;
  machine_id: string;
  /** Raised by BatchDeleteAgents, so that a deleted live agent comes back under a new id. */
  generation: number;
  deleted_at_ms: number | null;
  host_name: string;
  agent_type: string;
  version: string;
  platform: string;
  /** SHA-256 of the agent's key, hex. */
  key_hash: string;
  server_id: string;
  registered_at_ms: number;
  last_contact_at_ms: number;
  last_row_at_ms: number | null;
  reported_health: string;
  collection_status: string;
  /** When collection last became STARTED: silence counts from here for an agent that has sent no row. */
  collection_since_ms: number;
  /** JSON list of {ipAddress, macAddress}. */
  network_json: string;
  /** UTC day of the last id mapping row. */
  mapped_day: string | null;
  visible_through_ms: number | null;
  rows_dropped: Generated<number>;
}

/** Accepted batch numbers as closed ranges, so that an agent that never skips one keeps one row an epoch. */
export interface AcceptedBatchesTable {
  account_id: string;
  agent_id: string;
  epoch: number;
  first_sequence: number;
  last_sequence: number;
}

export interface SegmentsTable {
  account_id: string;
  /** Ascending per account without gaps: the log's clock. */
  segment_no: number;
  object_key: string;
  size_bytes: number;
  checksum: string;
  rows: number;
  committed_at_ms: number;
}

/** The counters of an account's log. Numbers are given out once, even when what they named is long gone. */
export interface SegmentLogsTable {
  account_id: string;
  last_segment_no: number;
  /** Every segment up to this one is in Parquet. */
  rolled_segment_no: number;
  /** Set while a roll is under way: it covers segments up to here, so that a replay cuts at the same place. */
  claimed_segment_no: number | null;
  last_file_id: number;
}

export interface DataFilesTable {
  account_id: string;
  file_id: number;
  table_name: string;
  day: string;
  object_key: string;
  first_segment_no: number;
  last_segment_no: number;
  /** 0 for a rolled file, then the number of the compaction that made it. */
  pass: number;
  rows: number;
  size_bytes: number;
  checksum: string;
  min_event_ms: number;
  max_event_ms: number;
  created_at_ms: number;
  /** Set when a compaction or retention un-named the file; its bytes go after a grace. */
  removed_at_ms: number | null;
}

export interface WatermarksTable {
  account_id: string;
  table_name: string;
  valid_through_ms: number;
}

export interface BucketsTable {
  account_id: string;
  bucket: string;
  region: string;
  created_at_ms: number;
}

export interface BucketObjectsTable {
  account_id: string;
  bucket: string;
  key: string;
  object_key: string;
  size_bytes: number;
  etag: string;
  content_type: string;
  modified_at_ms: number;
  /** Further headers that came with the bytes (ObjectHeaders); null for none. */
  headers_json: string | null;
}

export interface CatalogDatabasesTable {
  account_id: string;
  database_name: string;
  description: string | null;
  location_uri: string | null;
  parameters_json: string;
  created_at_ms: number;
}

export interface CatalogTablesTable {
  account_id: string;
  database_name: string;
  table_name: string;
  /** EXTERNAL_TABLE or VIRTUAL_VIEW. */
  table_type: string;
  version: number;
  /** The TableInput of the Glue model without Name. */
  definition_json: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface CatalogPartitionsTable {
  account_id: string;
  database_name: string;
  table_name: string;
  /** JSON list of the values: the key of a partition. */
  values_json: string;
  location: string;
  parameters_json: string;
  created_at_ms: number;
}

/** The identity that delivers exports: there from the start, an administrator can disable it. */
export interface DeliveryRolesTable {
  account_id: string;
  role_name: string;
  enabled: number;
}

export interface ContinuousExportsTable {
  account_id: string;
  export_id: string;
  status: string;
  status_detail: string | null;
  bucket: string;
  database_name: string;
  started_at_ms: number;
  stopped_at_ms: number | null;
  /** Files of segments after this one belong to the export. */
  after_segment_no: number;
  /** Set by Stop: rows of segments up to here are still delivered. */
  stop_segment_no: number | null;
}

export interface ExportDeliveriesTable {
  account_id: string;
  export_id: string;
  file_id: number;
  /** Where the copy's bytes are. */
  object_key: string;
  bucket_key: string;
}

export interface QueryExecutionsTable {
  account_id: string;
  query_execution_id: string;
  work_group: string;
  status: string;
  sql: string;
  statement_type: string;
  substatement_type: string | null;
  catalog: string;
  database_name: string | null;
  parameters_json: string;
  client_request_token: string | null;
  request_hash: string;
  output_bucket: string;
  output_key: string;
  submitted_at_ms: number;
  started_at_ms: number | null;
  completed_at_ms: number | null;
  /** The server that runs it, and how often one has begun to: together they tell a claim from an earlier one. */
  runner_id: string | null;
  attempts: number;
  state_change_reason: string | null;
  error_category: number | null;
  columns_json: string | null;
  rows: number | null;
  result_bytes: number | null;
  scanned_bytes: number | null;
}

/** Who works on what, and until when nobody else may. */
export interface LeasesTable {
  name: string;
  holder: string;
  expires_at_ms: number;
}
