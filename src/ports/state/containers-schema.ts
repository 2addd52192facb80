/** Tables of what DataZone keeps things in, of migration 0003. */

export interface ContainersSchema {
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
