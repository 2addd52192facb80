/**
 * The inverted index. The only place that speaks the full text search of the database: SQLite's FTS5 here; on PostgreSQL
 * migration 0003 makes the same table with an index over `to_tsvector`. Numbers grow with time, so descending order is
 * newest first, and the index delivers it without sorting.
 */

import { sql } from 'kysely';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { Match } from './match-expression.ts';

export interface SearchText {
  readonly documentNo: number;
  readonly words: ReadonlySet<string>;
}

export async function insertSearchTexts(queries: StateQueries, texts: readonly SearchText[]): Promise<void> {
  if (texts.length === 0) return;
  const rows = texts.map(({ documentNo, words }) => sql`(${documentNo}, ${[...words].join(' ')})`);
  await sql`insert into search_texts (rowid, words) values ${sql.join(rows)}`.execute(queries);
}

export async function deleteSearchTexts(queries: StateQueries, documentNos: readonly number[]): Promise<void> {
  if (documentNos.length === 0) return;
  await sql`delete from search_texts where rowid in (${sql.join(documentNos)})`.execute(queries);
}

/** Counts no further than `max`. */
export async function countMatches(queries: StateQueries, match: Match, max?: number): Promise<number> {
  const expression = toExpression(match);
  const { rows } =
    max === undefined
      ? await sql<{ count: number }>`select count(*) as count from search_texts
          where search_texts match ${expression}`.execute(queries)
      : await sql<{ count: number }>`select count(*) as count from
          (select rowid from search_texts where search_texts match ${expression} limit ${max})`.execute(queries);
  return rows[0]?.count ?? 0;
}

/** Numbers of matches below `before`, newest first. */
export async function listNewestMatches(
  queries: StateQueries,
  match: Match,
  page: { readonly before: number; readonly limit: number },
): Promise<number[]> {
  const { rows } = await sql<{ rowid: number }>`select rowid from search_texts
    where search_texts match ${toExpression(match)} and rowid < ${page.before}
    order by rowid desc limit ${page.limit}`.execute(queries);
  return rows.map((row) => row.rowid);
}

/** Numbers of all matches, ascending; as one text, because a row object each costs ten times as much. */
export async function listAllMatches(queries: StateQueries, match: Match): Promise<number[]> {
  const { rows } = await sql<{ numbers: string | null }>`select group_concat(rowid) as numbers from
    (select rowid from search_texts where search_texts match ${toExpression(match)} order by rowid)`.execute(queries);
  return JSON.parse(`[${rows[0]?.numbers ?? ''}]`) as number[];
}

/** FTS5's own language. Words hold letters, digits and our mark only, so quoting needs no escapes. */
function toExpression(match: Match): string {
  if ('word' in match) return `"${match.word}"${match.isPrefix ? ' *' : ''}`;
  if ('all' in match) return `(${match.all.map(toExpression).join(' AND ')})`;
  if ('any' in match) return `(${match.any.map(toExpression).join(' OR ')})`;
  return `(${toExpression(match.both)} NOT ${toExpression(match.not)})`;
}
