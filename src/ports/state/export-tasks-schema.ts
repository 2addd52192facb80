/** The table of export tasks (migration 0005). What holds for all tables is said in schema.ts. */
export interface ExportTasksSchema {
  export_tasks: ExportTasksTable;
}

export interface ExportTasksTable {
  account_id: string;
  export_id: string;
  kind: string;
  status: string;
  requested_at_ms: number;
  completed_at_ms: number | null;
  /** Of an agent export: whose data, and the window as asked. */
  agent_id: string | null;
  start_ms: number | null;
  end_ms: number | null;
  /** Of a recommendation export: what was asked for (Ec2Preferences). */
  preferences_json: string | null;
  /** What was accepted before the task was asked for: it waits until Parquet holds every segment up to this one. */
  after_segment_no: number;
  /** How often a server has begun to make it. */
  attempts: number;
  failure: string | null;
  /** The zip as an object of a bucket; its key goes when the data expires. */
  result_bucket: string | null;
  result_key: string | null;
  expires_at_ms: number | null;
}
