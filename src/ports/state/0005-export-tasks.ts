import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Immutable: a change of the schema is the next numbered migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table export_tasks (
    account_id text not null, export_id text not null, kind text not null check (kind in ('SUMMARY', 'AGENT', 'EC2')),
    status text not null check (status in ('IN_PROGRESS', 'SUCCEEDED', 'FAILED')), requested_at_ms bigint not null,
    completed_at_ms bigint, agent_id text, start_ms bigint, end_ms bigint, preferences_json text,
    after_segment_no bigint not null, attempts integer not null, failure text, result_bucket text, result_key text,
    expires_at_ms bigint, primary key (account_id, export_id))`,
  'create index export_tasks_by_time on export_tasks (account_id, requested_at_ms, export_id)',
  'create index export_tasks_by_agent on export_tasks (account_id, agent_id, requested_at_ms)',
  `create index export_tasks_to_do on export_tasks (account_id, requested_at_ms, export_id) where status = 'IN_PROGRESS'`,
  'create index export_tasks_expiring on export_tasks (account_id, expires_at_ms) where result_key is not null',
] as const;
