/** The tables of the inventory (migration 0002). What holds for all tables is said in schema.ts. */
export interface InventorySchema {
  inventory_logs: InventoryLogsTable;
  inventory_snapshots: InventorySnapshotsTable;
  inventory_servers: InventoryServersTable;
  inventory_sources: InventorySourcesTable;
  inventory_keys: InventoryKeysTable;
  inventory_interfaces: InventoryInterfacesTable;
  applications: ApplicationsTable;
  application_servers: ApplicationServersTable;
  tags: TagsTable;
  batch_deletes: BatchDeletesTable;
}

/** The counters of an account's inventory. */
export interface InventoryLogsTable {
  account_id: string;
  /** Every segment up to this one is in the inventory. */
  projected_segment_no: number;
  /** Given out once to each set of snapshot objects, so that their keys never repeat. */
  snapshot_no: number;
  last_change_no: number;
  /** Raised by who asks for a rebuild; `rebuilt_no` follows when it is done. */
  rebuild_no: number;
  rebuilt_no: number;
}

/** The Parquet objects that hold what is too much for rows: processes, connections and what they are summed up from. */
export interface InventorySnapshotsTable {
  account_id: string;
  snapshot_name: string;
  object_key: string;
  rows: number;
}

/** A server as its sources together describe it: newest value of each attribute. */
export interface InventoryServersTable {
  account_id: string;
  server_id: string;
  /** Ascending per account: readers that keep a copy ask for what changed after the number they know. */
  change_no: number;
  created_at_ms: number;
  modified_at_ms: number;
  /** Set by a batch delete. The row stays, so that copies hear of it and the id is never used again. */
  deleted_at_ms: number | null;
  source: string;
  agent_id: string | null;
  external_id: string | null;
  host_name: string | null;
  os_name: string | null;
  os_version: string | null;
  server_type: string | null;
  moref_id: string | null;
  vcenter_id: string | null;
  vm_host_id: string | null;
  avg_cpu_usage_pct: number | null;
  total_disk_free_kb: number | null;
  avg_free_ram_kb: number | null;
  /** All attributes (ServerAttributes), those with columns of their own included. */
  attributes_json: string;
}

/** Who says something about a server: an agent, or a record of an import (`<import task id>/<line>`). */
export interface InventorySourcesTable {
  account_id: string;
  source_kind: string;
  source_id: string;
  server_id: string;
  /** What the source can be matched by (MatchKey list). */
  keys_json: string;
  /** What it says, section by section, each with its time (SourceSection list). */
  attributes_json: string;
  /** Of keys and sections: an unchanged source is recognised without reading them. */
  digest: string;
  /** Of an agent whose server was deleted: what it observed up to here is not discovered again. */
  ignored_through_ms: number | null;
}

export interface InventoryKeysTable {
  account_id: string;
  key_kind: string;
  key_value: string;
  server_id: string;
}

export interface InventoryInterfacesTable {
  account_id: string;
  server_id: string;
  interface_no: number;
  ip_address: string | null;
  mac_address: string | null;
  port_group_id: string | null;
  port_group_name: string | null;
  virtual_switch_name: string | null;
}

export interface ApplicationsTable {
  account_id: string;
  application_id: string;
  name: string;
  description: string;
  wave: string | null;
  created_at_ms: number;
  modified_at_ms: number;
}

export interface ApplicationServersTable {
  account_id: string;
  application_id: string;
  server_id: string;
}

/** A tag is the pair: one key may have two values on one item. */
export interface TagsTable {
  account_id: string;
  configuration_id: string;
  tag_key: string;
  tag_value: string;
  configuration_type: string;
  created_at_ms: number;
}

export interface BatchDeletesTable {
  account_id: string;
  task_id: string;
  status: string;
  started_at_ms: number;
  ended_at_ms: number | null;
  requested_json: string;
  deleted_json: string;
  failed_json: string;
  warnings_json: string;
}
