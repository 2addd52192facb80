import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Immutable: a change of the schema is the next numbered migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table inventory_logs (
    account_id text not null primary key, projected_segment_no bigint not null, snapshot_no bigint not null,
    last_change_no bigint not null, rebuild_no bigint not null, rebuilt_no bigint not null)`,
  `create table inventory_snapshots (
    account_id text not null, snapshot_name text not null, object_key text not null, rows bigint not null,
    primary key (account_id, snapshot_name))`,
  `create table inventory_servers (
    account_id text not null, server_id text not null, change_no bigint not null, created_at_ms bigint not null,
    modified_at_ms bigint not null, deleted_at_ms bigint, source text not null check (source in ('Agent', 'Import')),
    agent_id text, external_id text, host_name text, os_name text, os_version text, server_type text,
    moref_id text, vcenter_id text, vm_host_id text, avg_cpu_usage_pct double precision,
    total_disk_free_kb double precision, avg_free_ram_kb double precision, attributes_json text not null,
    primary key (account_id, server_id))`,
  'create index inventory_servers_by_change on inventory_servers (account_id, change_no)',
  'create index inventory_servers_by_host on inventory_servers (account_id, host_name, server_id) where deleted_at_ms is null',
  'create index inventory_servers_by_os on inventory_servers (account_id, os_name, server_id) where deleted_at_ms is null',
  'create index inventory_servers_by_os_version on inventory_servers (account_id, os_version, server_id) where deleted_at_ms is null',
  'create index inventory_servers_by_agent on inventory_servers (account_id, agent_id) where deleted_at_ms is null',
  `create table inventory_sources (
    account_id text not null, source_kind text not null check (source_kind in ('AGENT', 'IMPORT')), source_id text not null,
    server_id text not null, keys_json text not null, attributes_json text not null, digest text not null,
    ignored_through_ms bigint, primary key (account_id, source_kind, source_id))`,
  'create index inventory_sources_by_server on inventory_sources (account_id, server_id, source_kind, source_id)',
  `create table inventory_keys (
    account_id text not null, key_kind text not null
      check (key_kind in ('EXTERNAL_ID', 'IP_ADDRESS', 'HOST_NAME', 'MAC_ADDRESS', 'VMWARE')),
    key_value text not null, server_id text not null, primary key (account_id, key_kind, key_value, server_id))`,
  'create index inventory_keys_by_server on inventory_keys (account_id, server_id, key_kind, key_value)',
  `create table inventory_interfaces (
    account_id text not null, server_id text not null, interface_no integer not null, ip_address text, mac_address text,
    port_group_id text, port_group_name text, virtual_switch_name text,
    primary key (account_id, server_id, interface_no))`,
  'create index inventory_interfaces_by_address on inventory_interfaces (account_id, ip_address)',
  `create table applications (
    account_id text not null, application_id text not null, name text not null, description text not null, wave text,
    created_at_ms bigint not null, modified_at_ms bigint not null, primary key (account_id, application_id))`,
  'create unique index applications_by_name on applications (account_id, name)',
  `create table application_servers (
    account_id text not null, application_id text not null, server_id text not null,
    primary key (account_id, application_id, server_id))`,
  'create index application_servers_by_server on application_servers (account_id, server_id)',
  `create table tags (
    account_id text not null, configuration_id text not null, tag_key text not null, tag_value text not null,
    configuration_type text not null check (configuration_type in ('SERVER', 'PROCESS', 'CONNECTION', 'APPLICATION')),
    created_at_ms bigint not null, primary key (account_id, configuration_id, tag_key, tag_value))`,
  'create index tags_by_key on tags (account_id, tag_key, configuration_id)',
  'create index tags_by_value on tags (account_id, tag_value, configuration_id)',
  `create table batch_deletes (
    account_id text not null, task_id text not null,
    status text not null check (status in ('INITIALIZING', 'VALIDATING', 'DELETING', 'COMPLETED', 'FAILED')),
    started_at_ms bigint not null, ended_at_ms bigint, requested_json text not null, deleted_json text not null,
    failed_json text not null, warnings_json text not null, primary key (account_id, task_id))`,
  'create index batch_deletes_by_status on batch_deletes (account_id, status, started_at_ms, task_id)',
] as const;
