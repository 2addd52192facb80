import type { Kysely } from 'kysely';
import { up as first } from './0001-first.ts';
import { up as inventory } from './0002-inventory.ts';
import { up as governance } from './0003-governance.ts';
import { up as imports } from './0004-imports.ts';
import { up as exportTasks } from './0005-export-tasks.ts';

/** In order; a migration that has landed never changes. The SQL is what SQLite and PostgreSQL both take. */
export const MIGRATIONS: readonly { readonly name: string; readonly up: (db: Kysely<unknown>) => Promise<void> }[] = [
  { name: '0001-first', up: first },
  { name: '0002-inventory', up: inventory },
  { name: '0003-governance', up: governance },
  { name: '0004-imports', up: imports },
  { name: '0005-export-tasks', up: exportTasks },
];
