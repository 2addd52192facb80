/**
 * The words of assets and listings. The only place that speaks the full text search of the database: SQLite's FTS5 here;
 * on PostgreSQL migration 0003 makes the same table with an index over `to_tsvector`.
 */

import { sql } from 'kysely';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';

export type SearchKind = 'ASSET' | 'LISTING';

export interface SearchText {
  readonly documentNo: number;
  readonly name: string;
  readonly body: string;
}

/** One token that no word of a text can be: matched together with the words, it keeps a search in its domain. */
export function scopeToken({ accountId, domainId }: DomainRef, kind: SearchKind): string {
  return `scope${accountId}${Buffer.from(domainId).toString('hex')}${kind.toLowerCase()}`;
}

export async function putSearchTexts(
  queries: StateQueries,
  scope: string,
  texts: readonly SearchText[],
): Promise<void> {
  if (texts.length === 0) return;
  await deleteSearchTexts(
    queries,
    texts.map((text) => text.documentNo),
  );
  const rows = texts.map(({ documentNo, name, body }) => sql`(${documentNo}, ${scope}, ${name}, ${body})`);
  await sql`insert into search_texts (rowid, scope, name, body) values ${sql.join(rows)}`.execute(queries);
}

export async function deleteSearchTexts(queries: StateQueries, documentNos: readonly number[]): Promise<void> {
  if (documentNos.length === 0) return;
  await sql`delete from search_texts where rowid in (${sql.join(documentNos)})`.execute(queries);
}
