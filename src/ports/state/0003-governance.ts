import { type Kysely, PostgresAdapter, sql } from 'kysely';

/**
 * DataZone: domains and what hangs below them, data sources and their runs, assets, listings, lineage. Full text search is
 * the one place where SQLite and PostgreSQL have no SQL in common: each gets its own index over `search_documents`, and
 * only `src/governance/search/search-text.ts` speaks to it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const statements = [
    ...CONTAINERS,
    ...IMPORT,
    ...CATALOGUE,
    ...LINEAGE,
    ...(isPostgres ? POSTGRES_TEXT : SQLITE_TEXT),
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const CONTAINERS = [
  `create table domains (
    account_id text not null, domain_id text not null, name text not null, description text,
    domain_version text not null check (domain_version in ('V1', 'V2')),
    status text not null
      check (status in ('CREATING', 'AVAILABLE', 'CREATION_FAILED', 'DELETING', 'DELETED', 'DELETION_FAILED')),
    root_unit_id text not null, settings_json text not null, created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, domain_id))`,
  'create unique index domains_by_name on domains (account_id, name)',
  'create index domains_newest on domains (account_id, created_at_ms desc, domain_id)',
  "create index domains_going on domains (account_id, domain_id) where status = 'DELETING'",
  `create table projects (
    account_id text not null, domain_id text not null, project_id text not null, name text not null, description text,
    status text not null
      check (status in ('ACTIVE', 'DELETING', 'DELETE_FAILED', 'UPDATING', 'UPDATE_FAILED', 'MOVING')),
    unit_id text not null, category text, settings_json text not null, created_by text not null,
    created_at_ms bigint not null, updated_at_ms bigint not null, primary key (account_id, domain_id, project_id))`,
  'create index projects_newest on projects (account_id, domain_id, created_at_ms desc, project_id)',
  "create index projects_going on projects (account_id, domain_id, project_id) where status = 'DELETING'",
  `create table project_memberships (
    account_id text not null, domain_id text not null, project_id text not null,
    member_type text not null check (member_type in ('USER', 'GROUP')), member_id text not null,
    designation text not null, created_at_ms bigint not null,
    primary key (account_id, domain_id, project_id, member_type, member_id))`,
  `create index project_memberships_newest on project_memberships
    (account_id, domain_id, project_id, created_at_ms desc, member_id, member_type)`,
  `create index project_memberships_by_name on project_memberships
    (account_id, domain_id, project_id, member_id, member_type)`,
  `create index project_memberships_by_member on project_memberships
    (account_id, domain_id, member_type, member_id, project_id)`,
  `create table environment_profiles (
    account_id text not null, domain_id text not null, profile_id text not null, project_id text not null, name text not null,
    description text, blueprint_id text not null, aws_account_id text, aws_account_region text, parameters_json text not null,
    created_by text not null, created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, domain_id, profile_id))`,
  'create index environment_profiles_newest on environment_profiles (account_id, domain_id, created_at_ms desc, profile_id)',
  `create table environments (
    account_id text not null, domain_id text not null, environment_id text not null, project_id text not null,
    name text not null, description text,
    status text not null check (status in ('ACTIVE', 'CREATING', 'UPDATING', 'DELETING', 'CREATE_FAILED', 'UPDATE_FAILED',
      'DELETE_FAILED', 'VALIDATION_FAILED', 'SUSPENDED', 'DISABLED', 'EXPIRED', 'DELETED', 'INACCESSIBLE')),
    settles_at_ms bigint, profile_id text, blueprint_id text not null, aws_account_id text not null,
    aws_account_region text not null, settings_json text not null, created_by text not null, created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, domain_id, environment_id))`,
  'create index environments_newest on environments (account_id, domain_id, project_id, created_at_ms desc, environment_id)',
  'create index environments_settling on environments (account_id, settles_at_ms) where settles_at_ms is not null',
  `create table blueprint_configurations (
    account_id text not null, domain_id text not null, blueprint_id text not null, configuration_json text not null,
    created_at_ms bigint not null, updated_at_ms bigint not null, primary key (account_id, domain_id, blueprint_id))`,
  `create table connections (
    account_id text not null, domain_id text not null, connection_id text not null, project_id text, environment_id text,
    name text not null, description text, connection_type text not null,
    scope text not null check (scope in ('DOMAIN', 'PROJECT')), props_json text not null,
    settings_json text not null, created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, domain_id, connection_id))`,
  'create index connections_newest on connections (account_id, domain_id, created_at_ms desc, connection_id)',
  'create index connections_by_name on connections (account_id, domain_id, name, connection_id)',
  `create table resource_tags (
    account_id text not null, resource_arn text not null, tag_key text not null, tag_value text not null,
    primary key (account_id, resource_arn, tag_key))`,
  `create table client_tokens (
    account_id text not null, operation text not null, domain_id text not null, token text not null,
    request_hash text not null, resource_id text not null, answer_json text, created_at_ms bigint not null,
    primary key (account_id, operation, domain_id, token))`,
  'create index client_tokens_oldest on client_tokens (account_id, created_at_ms)',
  `create table data_access_rules (
    account_id text not null, rule_id text not null, role_arn text not null,
    action text not null check (action in ('ASSUME', 'READ')), database_name text not null, table_name text not null,
    created_at_ms bigint not null, primary key (account_id, rule_id))`,
] as const;

const IMPORT = [
  `create table data_sources (
    account_id text not null, domain_id text not null, data_source_id text not null, project_id text not null,
    environment_id text, connection_id text, name text not null, description text, source_type text not null,
    status text not null check (status in ('CREATING', 'FAILED_CREATION', 'READY', 'UPDATING', 'FAILED_UPDATE', 'RUNNING',
      'DELETING', 'FAILED_DELETION')),
    settles_at_ms bigint, enable_setting text not null check (enable_setting in ('ENABLED', 'DISABLED')),
    publish_on_import integer not null, configuration_json text not null, recommendation_json text, forms_json text not null,
    schedule_json text, next_tick_ms bigint, hourly_minute integer, next_hourly_tick_ms bigint,
    error_type text, error_detail text, last_run_id text, last_run_status text, last_run_at_ms bigint,
    last_run_error_type text, last_run_error_detail text, last_run_asset_count bigint,
    created_at_ms bigint not null, updated_at_ms bigint not null, primary key (account_id, domain_id, data_source_id))`,
  `create index data_sources_newest on data_sources
    (account_id, domain_id, project_id, created_at_ms desc, data_source_id)`,
  'create index data_sources_settling on data_sources (account_id, settles_at_ms) where settles_at_ms is not null',
  'create index data_sources_due on data_sources (account_id, next_tick_ms) where next_tick_ms is not null',
  'create index data_sources_due_hourly on data_sources (account_id, next_hourly_tick_ms) where next_hourly_tick_ms is not null',
  `create table data_source_runs (
    account_id text not null, domain_id text not null, run_id text not null, data_source_id text not null,
    project_id text not null, run_type text not null check (run_type in ('PRIORITIZED', 'SCHEDULED')),
    status text not null check (status in ('REQUESTED', 'RUNNING', 'FAILED', 'PARTIALLY_SUCCEEDED', 'SUCCESS')),
    snapshot_json text not null, added bigint not null, updated bigint not null, unchanged bigint not null,
    skipped bigint not null, failed bigint not null, publishing_failed bigint not null, error_type text, error_detail text,
    lineage_status text, created_at_ms bigint not null, updated_at_ms bigint not null, started_at_ms bigint,
    stopped_at_ms bigint, primary key (account_id, domain_id, run_id))`,
  `create index data_source_runs_newest on data_source_runs
    (account_id, domain_id, data_source_id, created_at_ms desc, run_id)`,
  'create index data_source_runs_by_project on data_source_runs (account_id, domain_id, project_id, run_id)',
  `create unique index data_source_runs_one_live on data_source_runs (account_id, domain_id, data_source_id)
    where status in ('REQUESTED', 'RUNNING')`,
  `create index data_source_runs_live on data_source_runs (account_id, created_at_ms, run_id)
    where status in ('REQUESTED', 'RUNNING')`,
  `create table run_activities (
    account_id text not null, domain_id text not null, run_id text not null, database_name text not null,
    technical_name text not null, project_id text not null,
    status text not null check (status in ('FAILED', 'PUBLISHING_FAILED', 'SUCCEEDED_CREATED', 'SUCCEEDED_UPDATED',
      'SKIPPED_ALREADY_IMPORTED', 'SKIPPED_ARCHIVED', 'SKIPPED_NO_ACCESS', 'UNCHANGED')),
    asset_id text, technical_description text, error_type text, error_detail text, reason text, lineage_event_id text,
    created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, domain_id, run_id, database_name, technical_name))`,
  `create index run_activities_newest on run_activities
    (account_id, domain_id, run_id, created_at_ms desc, database_name, technical_name)`,
  `create index run_activities_by_status on run_activities
    (account_id, domain_id, run_id, status, created_at_ms desc, database_name, technical_name)`,
  `create table data_source_log (
    account_id text not null, domain_id text not null, data_source_id text not null, line_no bigint not null, run_id text,
    at_ms bigint not null, message text not null, primary key (account_id, domain_id, data_source_id, line_no))`,
  'create index data_source_log_by_run on data_source_log (account_id, domain_id, run_id, line_no) where run_id is not null',
] as const;

const CATALOGUE = [
  `create table form_types (
    account_id text not null, domain_id text not null, name text not null, revision integer not null,
    project_id text not null, status text not null check (status in ('ENABLED', 'DISABLED')), model_smithy text not null,
    description text, created_by text not null, created_at_ms bigint not null,
    primary key (account_id, domain_id, name, revision))`,
  'create index form_types_newest on form_types (account_id, domain_id, created_at_ms desc, name)',
  `create table asset_types (
    account_id text not null, domain_id text not null, name text not null, revision integer not null,
    project_id text not null, forms_json text not null, description text, created_by text not null,
    created_at_ms bigint not null, primary key (account_id, domain_id, name, revision))`,
  'create index asset_types_newest on asset_types (account_id, domain_id, created_at_ms desc, name)',
  `create table assets (
    account_id text not null, domain_id text not null, asset_id text not null, project_id text not null,
    type_identifier text not null, external_identifier text, data_source_id text, is_archived integer not null,
    latest_revision integer not null, imported_hash text, imported_name text, imported_description text,
    source_identifier text, created_by text not null, created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, domain_id, asset_id))`,
  `create unique index assets_by_external_identifier on assets (account_id, domain_id, external_identifier)
    where external_identifier is not null`,
  `create index assets_by_data_source on assets (account_id, domain_id, data_source_id, asset_id)
    where data_source_id is not null`,
  'create index assets_by_project on assets (account_id, domain_id, project_id, asset_id)',
  `create index assets_by_source_identifier on assets (account_id, domain_id, source_identifier)
    where source_identifier is not null`,
  `create table asset_revisions (
    account_id text not null, domain_id text not null, asset_id text not null, revision integer not null, name text not null,
    description text, type_revision text not null, forms_json text not null, glossary_terms_json text not null,
    prediction_json text, created_by text not null, created_at_ms bigint not null,
    primary key (account_id, domain_id, asset_id, revision))`,
  `create table listings (
    account_id text not null, domain_id text not null, listing_id text not null,
    entity_type text not null check (entity_type in ('ASSET', 'DATA_PRODUCT')), entity_id text not null,
    project_id text not null, status text not null check (status in ('CREATING', 'ACTIVE', 'INACTIVE')),
    latest_revision integer not null, created_by text not null, created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, domain_id, listing_id))`,
  'create index listings_by_project on listings (account_id, domain_id, project_id, listing_id)',
  'create unique index listings_by_entity on listings (account_id, domain_id, entity_type, entity_id)',
  `create table listing_revisions (
    account_id text not null, domain_id text not null, listing_id text not null, revision integer not null,
    entity_revision integer not null, name text not null, description text, item_json text not null, created_by text not null,
    created_at_ms bigint not null, primary key (account_id, domain_id, listing_id, revision))`,
  `create table search_documents (
    account_id text not null, domain_id text not null, kind text not null check (kind in ('ASSET', 'LISTING')),
    entity_id text not null, document_no bigint not null, facts_json text not null,
    primary key (account_id, domain_id, kind, entity_id))`,
  'create unique index search_documents_by_no on search_documents (account_id, domain_id, kind, document_no)',
  'create table search_numbers (name text not null primary key, last_no bigint not null)',
  "insert into search_numbers (name, last_no) values ('documents', 0)",
] as const;

/** Words that `src/governance/search/search-words.ts` made, without their texts and places: see ADR 0035. */
const SQLITE_TEXT = [
  `create virtual table search_texts using fts5 (words, content = '', contentless_delete = 1, detail = none,
    tokenize = 'porter ascii')`,
] as const;

const POSTGRES_TEXT = [
  'create table search_texts (rowid bigint not null primary key, words text not null)',
  "create index search_texts_words on search_texts using gin (to_tsvector('english', words))",
] as const;

/**
 * What lineage knows is a sum of events in which their order does not matter: nodes are found by what they are of, a version
 * is an event time, a facet is the last one that was said, an edge is as old as the first event that drew it.
 */
const LINEAGE = [
  `create table lineage_events (
    account_id text not null, domain_id text not null, event_id text not null, event_time_ms bigint not null,
    processing_status text not null check (processing_status in ('REQUESTED', 'PROCESSING', 'SUCCESS', 'FAILED')),
    summary_json text not null, body text not null, error_detail text, created_by text not null,
    created_at_ms bigint not null, primary key (account_id, domain_id, event_id))`,
  'create index lineage_events_by_time on lineage_events (account_id, domain_id, event_time_ms, event_id)',
  `create index lineage_events_by_status on lineage_events
    (account_id, domain_id, processing_status, event_time_ms, event_id)`,
  `create table lineage_nodes (
    account_id text not null, domain_id text not null, node_id text not null, source_identifier text not null,
    type_name text not null, created_by text not null, created_at_ms bigint not null, updated_at_ms bigint not null,
    primary key (account_id, domain_id, node_id))`,
  'create unique index lineage_nodes_by_source on lineage_nodes (account_id, domain_id, source_identifier, type_name)',
  `create table lineage_node_versions (
    account_id text not null, domain_id text not null, node_id text not null, event_time_ms bigint not null,
    has_upstream integer not null, has_downstream integer not null,
    primary key (account_id, domain_id, node_id, event_time_ms))`,
  `create index lineage_node_versions_upwards on lineage_node_versions (account_id, domain_id, node_id, event_time_ms)
    where has_upstream = 1`,
  `create index lineage_node_versions_downwards on lineage_node_versions (account_id, domain_id, node_id, event_time_ms)
    where has_downstream = 1`,
  `create table lineage_facets (
    account_id text not null, domain_id text not null, node_id text not null, facet text not null,
    event_time_ms bigint not null, precedence integer not null, content text not null,
    primary key (account_id, domain_id, node_id, facet, event_time_ms))`,
  `create table lineage_edges (
    account_id text not null, domain_id text not null, upstream_node_id text not null, downstream_node_id text not null,
    first_event_ms bigint not null, primary key (account_id, domain_id, upstream_node_id, downstream_node_id))`,
  `create index lineage_edges_downwards on lineage_edges
    (account_id, domain_id, upstream_node_id, first_event_ms desc, downstream_node_id)`,
  `create index lineage_edges_upwards on lineage_edges
    (account_id, domain_id, downstream_node_id, first_event_ms desc, upstream_node_id)`,
] as const;
