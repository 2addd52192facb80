import type { Kysely } from 'kysely';
import { up as first } from './0001-first.ts';

/** In order; a migration that has landed never changes. The SQL is what SQLite and PostgreSQL both take. */
export const MIGRATIONS: readonly { readonly name: string; readonly up: (db: Kysely<unknown>) => Promise<void> }[] = [
  { name: '0001-first', up: first },
];
