/**
 * Documents: what a search finds, numbered. A number is never used again and a document that changes gets a new one, so
 * higher numbers are newer, and whoever has read the facts up to a number only needs what came after it.
 */

import { sql } from 'kysely';
import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import { type Facts, valuesOf } from './facts.ts';
import { exactly } from './match-expression.ts';
import { deleteSearchTexts, insertSearchTexts, listNewestMatches } from './search-text.ts';
import { attributeMark, type SearchScope, scopeWord, splitWords, textMark, valueWord } from './search-words.ts';

export interface SearchDocument {
  readonly entityId: string;
  readonly facts: Facts;
  /** Texts whose words find it. */
  readonly texts: readonly string[];
  /** Attributes that are also searched for by words of their own. */
  readonly searchable: readonly string[];
}

/** Adds documents, or replaces what stood for the same entities. */
export async function putSearchDocuments(
  queries: StateTransaction,
  scope: SearchScope,
  documents: readonly SearchDocument[],
): Promise<void> {
  if (documents.length === 0) return;
  const { accountId, domainId, kind } = scope;
  await deleteSearchDocuments(
    queries,
    scope,
    documents.map((document) => document.entityId),
  );
  const first = await takeNumbers(queries, documents.length);
  const numbered = documents.map((document, index) => ({ ...document, documentNo: first + index }));
  await queries
    .insertInto('search_documents')
    .values(
      numbered.map(({ documentNo, entityId, facts }) => ({
        account_id: accountId,
        domain_id: domainId,
        kind,
        entity_id: entityId,
        document_no: documentNo,
        facts_json: JSON.stringify(facts),
      })),
    )
    .execute();
  await insertSearchTexts(
    queries,
    numbered.map((document) => ({ documentNo: document.documentNo, words: wordsOf(scope, document) })),
  );
}

export async function deleteSearchDocuments(
  queries: StateTransaction,
  scope: SearchScope,
  entityIds: readonly string[],
): Promise<void> {
  if (entityIds.length === 0) return;
  const rows = await queries
    .deleteFrom('search_documents')
    .where('account_id', '=', scope.accountId)
    .where('domain_id', '=', scope.domainId)
    .where('kind', '=', scope.kind)
    .where('entity_id', 'in', entityIds)
    .returning('document_no')
    .execute();
  await deleteSearchTexts(
    queries,
    rows.map((row) => row.document_no),
  );
}

/** Entities by the numbers of their documents. */
export async function findEntities(
  queries: StateQueries,
  scope: SearchScope,
  documentNos: readonly number[],
): Promise<Map<number, string>> {
  if (documentNos.length === 0) return new Map();
  const rows = await queries
    .selectFrom('search_documents')
    .select(['document_no', 'entity_id'])
    .where('account_id', '=', scope.accountId)
    .where('domain_id', '=', scope.domainId)
    .where('kind', '=', scope.kind)
    .where('document_no', 'in', documentNos)
    .execute();
  return new Map(rows.map((row) => [row.document_no, row.entity_id]));
}

export interface NumberedFact {
  readonly documentNo: number;
  /** JSON of the value or values; null where the document has none. */
  readonly json: string | null;
}

/** One attribute of documents after `after`, in the order of their numbers. The name has no quotes in it. */
export async function listFacts(
  queries: StateQueries,
  scope: SearchScope,
  range: { readonly attribute: string; readonly after: number; readonly limit: number },
): Promise<NumberedFact[]> {
  const { rows } = await sql<NumberedFact>`
    select document_no as "documentNo", facts_json -> ${`$."${range.attribute}"`} as "json" from search_documents
    where account_id = ${scope.accountId} and domain_id = ${scope.domainId} and kind = ${scope.kind}
      and document_no > ${range.after}
    order by document_no limit ${range.limit}`.execute(queries);
  return rows;
}

/** Whether any document has this value. */
export async function isFactKnown(
  queries: StateQueries,
  scope: SearchScope,
  attribute: string,
  value: string,
): Promise<boolean> {
  const match = exactly(valueWord(scope, attribute, value));
  return (await listNewestMatches(queries, match, { before: Number.MAX_SAFE_INTEGER, limit: 1 })).length > 0;
}

/** Words per document are capped: nobody looks for the rest of a text this long. */
const WORDS_MAX = 20_000;

function wordsOf(scope: SearchScope, { facts, texts, searchable }: SearchDocument): Set<string> {
  const words = new Set([scopeWord(scope)]);
  for (const [attribute, fact] of Object.entries(facts))
    for (const value of valuesOf(fact)) words.add(valueWord(scope, attribute, String(value)));
  for (const attribute of searchable) {
    const mark = attributeMark(scope, attribute);
    for (const value of valuesOf(facts[attribute] ?? []))
      for (const word of splitWords(String(value))) words.add(`${mark}${word}`);
  }
  const mark = textMark(scope);
  for (const text of texts)
    for (const word of splitWords(text)) {
      if (words.size >= WORDS_MAX) return words;
      words.add(`${mark}${word}`);
    }
  return words;
}

/** The first of `count` numbers that nobody had. The row is locked until the transaction ends, so they come in order. */
async function takeNumbers(queries: StateTransaction, count: number): Promise<number> {
  const row = await queries
    .updateTable('search_numbers')
    .set((eb) => ({ last_no: eb('last_no', '+', count) }))
    .where('name', '=', 'documents')
    .returning('last_no')
    .executeTakeFirstOrThrow();
  return row.last_no - count + 1;
}
