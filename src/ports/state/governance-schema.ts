/** The tables of DataZone, as migration 0003 leaves them; the conventions are those of `StateSchema`. */
export interface GovernanceSchema {
  domains: DomainsTable;
  projects: ProjectsTable;
  project_memberships: ProjectMembershipsTable;
  environment_profiles: EnvironmentProfilesTable;
  environments: EnvironmentsTable;
  blueprint_configurations: BlueprintConfigurationsTable;
  connections: ConnectionsTable;
  resource_tags: ResourceTagsTable;
  client_tokens: ClientTokensTable;
  data_access_rules: DataAccessRulesTable;
  data_sources: DataSourcesTable;
  data_source_runs: DataSourceRunsTable;
  run_activities: RunActivitiesTable;
  data_source_log: DataSourceLogTable;
  form_types: FormTypesTable;
  asset_types: AssetTypesTable;
  assets: AssetsTable;
  asset_revisions: AssetRevisionsTable;
  listings: ListingsTable;
  listing_revisions: ListingRevisionsTable;
  search_documents: SearchDocumentsTable;
  lineage_events: LineageEventsTable;
  lineage_nodes: LineageNodesTable;
  lineage_node_versions: LineageNodeVersionsTable;
  lineage_facets: LineageFacetsTable;
  lineage_edges: LineageEdgesTable;
  search_numbers: SearchNumbersTable;
  /** Written and read by `src/governance/search/search-text.ts` alone. */
  search_texts: SearchTextsTable;
}

export interface DomainsTable {
  account_id: string;
  domain_id: string;
  name: string;
  description: string | null;
  domain_version: string;
  status: string;
  root_unit_id: string;
  settings_json: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface ProjectsTable {
  account_id: string;
  domain_id: string;
  project_id: string;
  name: string;
  description: string | null;
  status: string;
  unit_id: string;
  category: string | null;
  settings_json: string;
  created_by: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface ProjectMembershipsTable {
  account_id: string;
  domain_id: string;
  project_id: string;
  member_type: string;
  member_id: string;
  designation: string;
  created_at_ms: number;
}

export interface EnvironmentProfilesTable {
  account_id: string;
  domain_id: string;
  profile_id: string;
  project_id: string;
  name: string;
  description: string | null;
  blueprint_id: string;
  aws_account_id: string | null;
  aws_account_region: string | null;
  parameters_json: string;
  created_by: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface EnvironmentsTable {
  account_id: string;
  domain_id: string;
  environment_id: string;
  project_id: string;
  name: string;
  description: string | null;
  status: string;
  settles_at_ms: number | null;
  profile_id: string | null;
  blueprint_id: string;
  aws_account_id: string;
  aws_account_region: string;
  settings_json: string;
  created_by: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface BlueprintConfigurationsTable {
  account_id: string;
  domain_id: string;
  blueprint_id: string;
  configuration_json: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface ConnectionsTable {
  account_id: string;
  domain_id: string;
  connection_id: string;
  project_id: string | null;
  environment_id: string | null;
  name: string;
  description: string | null;
  connection_type: string;
  scope: string;
  props_json: string;
  settings_json: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface ResourceTagsTable {
  account_id: string;
  resource_arn: string;
  tag_key: string;
  tag_value: string;
}

export interface ClientTokensTable {
  account_id: string;
  operation: string;
  domain_id: string;
  token: string;
  request_hash: string;
  resource_id: string;
  answer_json: string | null;
  created_at_ms: number;
}

export interface DataAccessRulesTable {
  account_id: string;
  rule_id: string;
  role_arn: string;
  action: string;
  database_name: string;
  table_name: string;
  created_at_ms: number;
}

export interface DataSourcesTable {
  account_id: string;
  domain_id: string;
  data_source_id: string;
  project_id: string;
  environment_id: string | null;
  connection_id: string | null;
  name: string;
  description: string | null;
  source_type: string;
  status: string;
  settles_at_ms: number | null;
  enable_setting: string;
  publish_on_import: number;
  configuration_json: string;
  recommendation_json: string | null;
  forms_json: string;
  schedule_json: string | null;
  next_tick_ms: number | null;
  hourly_minute: number | null;
  next_hourly_tick_ms: number | null;
  error_type: string | null;
  error_detail: string | null;
  last_run_id: string | null;
  last_run_status: string | null;
  last_run_at_ms: number | null;
  last_run_error_type: string | null;
  last_run_error_detail: string | null;
  last_run_asset_count: number | null;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface DataSourceRunsTable {
  account_id: string;
  domain_id: string;
  run_id: string;
  data_source_id: string;
  project_id: string;
  run_type: string;
  status: string;
  snapshot_json: string;
  added: number;
  updated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  publishing_failed: number;
  error_type: string | null;
  error_detail: string | null;
  lineage_status: string | null;
  created_at_ms: number;
  updated_at_ms: number;
  started_at_ms: number | null;
  stopped_at_ms: number | null;
}

export interface RunActivitiesTable {
  account_id: string;
  domain_id: string;
  run_id: string;
  database_name: string;
  technical_name: string;
  project_id: string;
  status: string;
  asset_id: string | null;
  technical_description: string | null;
  error_type: string | null;
  error_detail: string | null;
  reason: string | null;
  lineage_event_id: string | null;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface DataSourceLogTable {
  account_id: string;
  domain_id: string;
  data_source_id: string;
  line_no: number;
  run_id: string | null;
  at_ms: number;
  message: string;
}

export interface FormTypesTable {
  account_id: string;
  domain_id: string;
  name: string;
  revision: number;
  project_id: string;
  status: string;
  model_smithy: string;
  description: string | null;
  created_by: string;
  created_at_ms: number;
}

export interface AssetTypesTable {
  account_id: string;
  domain_id: string;
  name: string;
  revision: number;
  project_id: string;
  forms_json: string;
  description: string | null;
  created_by: string;
  created_at_ms: number;
}

export interface AssetsTable {
  account_id: string;
  domain_id: string;
  asset_id: string;
  project_id: string;
  type_identifier: string;
  external_identifier: string | null;
  data_source_id: string | null;
  is_archived: number;
  latest_revision: number;
  imported_hash: string | null;
  imported_name: string | null;
  imported_description: string | null;
  source_identifier: string | null;
  created_by: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface AssetRevisionsTable {
  account_id: string;
  domain_id: string;
  asset_id: string;
  revision: number;
  name: string;
  description: string | null;
  type_revision: string;
  forms_json: string;
  glossary_terms_json: string;
  prediction_json: string | null;
  created_by: string;
  created_at_ms: number;
}

export interface ListingsTable {
  account_id: string;
  domain_id: string;
  listing_id: string;
  entity_type: string;
  entity_id: string;
  project_id: string;
  status: string;
  latest_revision: number;
  created_by: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface ListingRevisionsTable {
  account_id: string;
  domain_id: string;
  listing_id: string;
  revision: number;
  entity_revision: number;
  name: string;
  description: string | null;
  item_json: string;
  created_by: string;
  created_at_ms: number;
}

export interface SearchDocumentsTable {
  account_id: string;
  domain_id: string;
  kind: string;
  entity_id: string;
  document_no: number;
  facts_json: string;
}

export interface SearchNumbersTable {
  name: string;
  last_no: number;
}

export interface LineageEventsTable {
  account_id: string;
  domain_id: string;
  event_id: string;
  event_time_ms: number;
  processing_status: string;
  summary_json: string;
  body: string;
  error_detail: string | null;
  created_by: string;
  created_at_ms: number;
}

export interface LineageNodesTable {
  account_id: string;
  domain_id: string;
  node_id: string;
  source_identifier: string;
  type_name: string;
  created_by: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface LineageNodeVersionsTable {
  account_id: string;
  domain_id: string;
  node_id: string;
  event_time_ms: number;
  has_upstream: number;
  has_downstream: number;
}

export interface LineageFacetsTable {
  account_id: string;
  domain_id: string;
  node_id: string;
  facet: string;
  event_time_ms: number;
  /** Decides between two contents of the same time; then the greater text does. */
  precedence: number;
  content: string;
}

export interface LineageEdgesTable {
  account_id: string;
  domain_id: string;
  upstream_node_id: string;
  downstream_node_id: string;
  first_event_ms: number;
}

export interface SearchTextsTable {
  rowid: number;
  words: string;
}
