/** Tables of lineage, of migration 0003. */

export interface LineageSchema {
  lineage_events: LineageEventsTable;
  lineage_nodes: LineageNodesTable;
  lineage_node_versions: LineageNodeVersionsTable;
  lineage_facets: LineageFacetsTable;
  lineage_edges: LineageEdgesTable;
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
