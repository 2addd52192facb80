import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Immutable: a change of the schema is the next numbered migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'create table settings (name text not null primary key, value text not null)',
  `create table agents (
    account_id text not null, agent_id text not null, machine_id text not null, generation integer not null,
    deleted_at_ms bigint, host_name text not null, agent_type text not null, version text not null, platform text not null,
    key_hash text not null, server_id text not null, registered_at_ms bigint not null, last_contact_at_ms bigint not null,
    last_row_at_ms bigint, reported_health text not null, collection_status text not null
      check (collection_status in ('STARTED', 'START_SCHEDULED', 'STOPPED', 'STOP_SCHEDULED')),
    collection_since_ms bigint not null, network_json text not null, mapped_day text,
    visible_through_ms bigint, rows_dropped bigint not null default 0,
    primary key (account_id, agent_id))`,
  'create unique index agents_by_key on agents (key_hash)',
  'create unique index agents_by_machine on agents (account_id, machine_id, generation)',
  `create table accepted_batches (
    account_id text not null, agent_id text not null, epoch bigint not null, first_sequence bigint not null,
    last_sequence bigint not null, primary key (account_id, agent_id, epoch, first_sequence))`,
  `create table segments (
    account_id text not null, segment_no bigint not null, object_key text not null, size_bytes bigint not null,
    checksum text not null, rows bigint not null, committed_at_ms bigint not null, primary key (account_id, segment_no))`,
  `create table segment_logs (
    account_id text not null primary key, last_segment_no bigint not null, rolled_segment_no bigint not null,
    claimed_segment_no bigint, last_file_id bigint not null)`,
  `create table data_files (
    account_id text not null, file_id bigint not null, table_name text not null, day text not null,
    object_key text not null, first_segment_no bigint not null, last_segment_no bigint not null, pass integer not null,
    rows bigint not null, size_bytes bigint not null, checksum text not null, min_event_ms bigint not null,
    max_event_ms bigint not null, created_at_ms bigint not null, removed_at_ms bigint, primary key (account_id, file_id))`,
  'create unique index data_files_by_key on data_files (account_id, object_key)',
  `create index data_files_live on data_files (account_id, table_name, day, first_segment_no) where removed_at_ms is null`,
  'create index data_files_by_segment on data_files (account_id, first_segment_no) where removed_at_ms is null',
  'create index data_files_removed on data_files (removed_at_ms) where removed_at_ms is not null',
  `create table watermarks (
    account_id text not null, table_name text not null, valid_through_ms bigint not null, primary key (account_id, table_name))`,
  `create table buckets (
    account_id text not null, bucket text not null, region text not null, created_at_ms bigint not null,
    primary key (account_id, bucket))`,
  'create unique index buckets_by_name on buckets (bucket)',
  `create table bucket_objects (
    account_id text not null, bucket text not null, key text not null, object_key text not null, size_bytes bigint not null,
    etag text not null, content_type text not null, modified_at_ms bigint not null, primary key (account_id, bucket, key))`,
  'create index bucket_objects_by_object_key on bucket_objects (account_id, object_key)',
  `create table catalog_databases (
    account_id text not null, database_name text not null, description text, location_uri text, parameters_json text not null,
    created_at_ms bigint not null, primary key (account_id, database_name))`,
  `create table catalog_tables (
    account_id text not null, database_name text not null, table_name text not null,
    table_type text not null check (table_type in ('EXTERNAL_TABLE', 'VIRTUAL_VIEW')), version bigint not null,
    definition_json text not null, created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, database_name, table_name))`,
  `create table catalog_partitions (
    account_id text not null, database_name text not null, table_name text not null, values_json text not null,
    location text not null, parameters_json text not null, created_at_ms bigint not null,
    primary key (account_id, database_name, table_name, values_json))`,
  `create table delivery_roles (
    account_id text not null, role_name text not null, enabled integer not null, primary key (account_id, role_name))`,
  `create table continuous_exports (
    account_id text not null, export_id text not null, status text not null
      check (status in ('START_IN_PROGRESS', 'START_FAILED', 'ACTIVE', 'ERROR', 'STOP_IN_PROGRESS', 'STOP_FAILED', 'INACTIVE')),
    status_detail text, bucket text not null, database_name text not null, started_at_ms bigint not null,
    stopped_at_ms bigint, after_segment_no bigint not null, stop_segment_no bigint, primary key (account_id, export_id))`,
  'create index continuous_exports_newest on continuous_exports (account_id, started_at_ms desc, export_id)',
  `create unique index continuous_exports_one_live on continuous_exports (account_id)
    where status in ('START_IN_PROGRESS', 'ACTIVE', 'ERROR', 'STOP_IN_PROGRESS', 'STOP_FAILED')`,
  `create table export_deliveries (
    account_id text not null, export_id text not null, file_id bigint not null, object_key text not null, bucket_key text not null,
    primary key (account_id, export_id, file_id))`,
  'create index export_deliveries_by_file on export_deliveries (account_id, file_id)',
  'create index export_deliveries_by_object_key on export_deliveries (account_id, object_key)',
  `create table query_executions (
    account_id text not null, query_execution_id text not null, work_group text not null,
    status text not null check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    sql text not null, statement_type text not null, substatement_type text, catalog text not null, database_name text,
    parameters_json text not null, client_request_token text, request_hash text not null, output_bucket text not null,
    output_key text not null, submitted_at_ms bigint not null, started_at_ms bigint, completed_at_ms bigint,
    runner_id text, attempts integer not null, state_change_reason text, error_category integer, columns_json text,
    rows bigint, result_bytes bigint, scanned_bytes bigint, primary key (account_id, query_execution_id))`,
  'create index query_executions_newest on query_executions (account_id, work_group, submitted_at_ms desc, query_execution_id)',
  'create unique index query_executions_by_token on query_executions (account_id, client_request_token) where client_request_token is not null',
  'create index query_executions_by_status on query_executions (account_id, status, submitted_at_ms, query_execution_id)',
  'create table leases (name text not null primary key, holder text not null, expires_at_ms bigint not null)',
] as const;
