import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Immutable: a change of the schema is the next numbered migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'alter table bucket_objects add column headers_json text',
  `create table unnamed_objects (
    account_id text not null, object_key text not null, unnamed_at_ms bigint not null, primary key (account_id, object_key))`,
  'create index unnamed_objects_oldest on unnamed_objects (account_id, unnamed_at_ms)',
  `create table multipart_uploads (
    account_id text not null, upload_id text not null, bucket text not null, key text not null, content_type text not null,
    headers_json text, started_at_ms bigint not null, primary key (account_id, upload_id))`,
  'create index multipart_uploads_by_key on multipart_uploads (account_id, bucket, key, upload_id)',
  `create table multipart_parts (
    account_id text not null, upload_id text not null, part_no integer not null, object_key text not null,
    size_bytes bigint not null, etag text not null, modified_at_ms bigint not null,
    primary key (account_id, upload_id, part_no))`,
  'create index multipart_parts_by_object_key on multipart_parts (account_id, object_key)',
  `create table import_tasks (
    account_id text not null, task_id text not null, client_request_token text not null, name text not null,
    import_url text not null, status text not null check (status in (
      'IMPORT_IN_PROGRESS', 'IMPORT_COMPLETE', 'IMPORT_COMPLETE_WITH_ERRORS', 'IMPORT_FAILED',
      'IMPORT_FAILED_SERVER_LIMIT_EXCEEDED', 'IMPORT_FAILED_RECORD_LIMIT_EXCEEDED', 'IMPORT_FAILED_UNSUPPORTED_FILE_TYPE',
      'DELETE_IN_PROGRESS', 'DELETE_COMPLETE', 'DELETE_FAILED', 'DELETE_FAILED_LIMIT_EXCEEDED', 'INTERNAL_ERROR')),
    source_json text not null, import_no bigint not null, delete_no bigint, delete_history integer not null,
    file_classification text, requested_at_ms bigint not null, completed_at_ms bigint, deleted_at_ms bigint,
    entries_done bigint not null, attempts integer not null, servers_imported bigint not null, servers_failed bigint not null,
    applications_imported bigint not null, applications_failed bigint not null, header_text text, report_key text,
    primary key (account_id, task_id))`,
  'create unique index import_tasks_by_token on import_tasks (account_id, client_request_token)',
  'create unique index import_tasks_by_no on import_tasks (account_id, import_no)',
  'create index import_tasks_by_status on import_tasks (account_id, status, import_no)',
  'create index import_tasks_by_delete on import_tasks (account_id, delete_no) where delete_no is not null',
  'create index import_tasks_by_name on import_tasks (account_id, name, import_no)',
  `create table import_failures (
    account_id text not null, task_id text not null, line_no bigint not null, external_id text not null,
    errors_json text not null, record_text text not null, primary key (account_id, task_id, line_no))`,
  `create table import_deletions (
    account_id text not null, day text not null, records bigint not null, primary key (account_id, day))`,
] as const;
