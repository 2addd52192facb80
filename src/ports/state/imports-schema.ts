/** The tables of imports, and of what S3 clients write (migration 0004). What holds for all tables is said in schema.ts. */
export interface ImportsSchema {
  unnamed_objects: UnnamedObjectsTable;
  multipart_uploads: MultipartUploadsTable;
  multipart_parts: MultipartPartsTable;
  import_tasks: ImportTasksTable;
  import_failures: ImportFailuresTable;
  import_deletions: ImportDeletionsTable;
}

/** Objects of the object store that a bucket showed until then. Whoever has begun to read them may finish. */
export interface UnnamedObjectsTable {
  account_id: string;
  object_key: string;
  unnamed_at_ms: number;
}

export interface MultipartUploadsTable {
  account_id: string;
  upload_id: string;
  bucket: string;
  key: string;
  content_type: string;
  headers_json: string | null;
  started_at_ms: number;
}

export interface MultipartPartsTable {
  account_id: string;
  upload_id: string;
  part_no: number;
  object_key: string;
  size_bytes: number;
  etag: string;
  modified_at_ms: number;
}

export interface ImportTasksTable {
  account_id: string;
  task_id: string;
  client_request_token: string;
  name: string;
  import_url: string;
  status: string;
  /** Where the bytes are that the task was started for (ImportSource). */
  source_json: string;
  /** Imports and deletions of an account are done one after another in the order of these numbers, one sequence for both. */
  import_no: number;
  delete_no: number | null;
  /** 1: the task itself goes with its records. */
  delete_history: number;
  file_classification: string | null;
  requested_at_ms: number;
  completed_at_ms: number | null;
  deleted_at_ms: number | null;
  /** Records and faulty lines of the file that are dealt with; written with what they did. */
  entries_done: number;
  /** How often a server has begun to work on it. */
  attempts: number;
  servers_imported: number;
  servers_failed: number;
  applications_imported: number;
  applications_failed: number;
  /** First line of the file, for the file of failed entries. */
  header_text: string | null;
  /** Key of the zip of errors in the service's bucket. */
  report_key: string | null;
}

/** A record that was not imported: why, and as it stood in the file. */
export interface ImportFailuresTable {
  account_id: string;
  task_id: string;
  line_no: number;
  external_id: string;
  /** List of [column, message]. */
  errors_json: string;
  record_text: string;
}

/** How many imported records were deleted on a UTC day. */
export interface ImportDeletionsTable {
  account_id: string;
  day: string;
  records: number;
}
