import type { ContainersSchema } from './containers-schema.ts';
import type { LineageSchema } from './lineage-schema.ts';

/** The tables of DataZone, as migration 0003 leaves them; the conventions are those of `StateSchema`. */
export interface GovernanceSchema extends ContainersSchema, LineageSchema {
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
  search_numbers: SearchNumbersTable;
  /** Written and read by `src/governance/search/search-text.ts` alone. */
  search_texts: SearchTextsTable;
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

export interface SearchTextsTable {
  rowid: number;
  words: string;
}
