import type { StateQueries } from '../../ports/state/state-store.ts';
import type { AssetForm } from '../assets/asset-forms.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { putSearchTexts, type SearchKind, scopeToken } from './search-text.ts';

/** What a search finds, in the words and attributes of its newest revision. */
export interface SearchDocument {
  readonly entityId: string;
  readonly projectId: string;
  readonly name: string;
  readonly typeName: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Adds documents, or replaces what stood for the same entities. */
export async function putSearchDocuments(
  queries: StateQueries,
  domain: DomainRef,
  kind: SearchKind,
  documents: readonly SearchDocument[],
): Promise<void> {
  if (documents.length === 0) return;
  const known = await findNumbers(queries, domain, kind, documents);
  let next = await nextNumber(queries);
  const numbered = documents.map((document) => ({ document, no: known.get(document.entityId) ?? next++ }));
  await queries
    .insertInto('search_documents')
    .values(
      numbered.map(({ document, no }) => ({
        document_no: no,
        account_id: domain.accountId,
        domain_id: domain.domainId,
        kind,
        entity_id: document.entityId,
        project_id: document.projectId,
        name: document.name,
        type_name: document.typeName,
        attributes_json: JSON.stringify(document.attributes),
        created_at_ms: document.createdAtMs,
        updated_at_ms: document.updatedAtMs,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'domain_id', 'kind', 'entity_id']).doUpdateSet((eb) => ({
        project_id: eb.ref('excluded.project_id'),
        name: eb.ref('excluded.name'),
        type_name: eb.ref('excluded.type_name'),
        attributes_json: eb.ref('excluded.attributes_json'),
        updated_at_ms: eb.ref('excluded.updated_at_ms'),
      })),
    )
    .execute();
  const texts = numbered.map(({ document: { name, body }, no }) => ({ documentNo: no, name, body }));
  await putSearchTexts(queries, scopeToken(domain, kind), texts);
}

/** Words of an asset: what its forms say, at any depth. */
export function wordsOf(forms: readonly AssetForm[], texts: readonly (string | undefined)[]): string {
  const words: string[] = texts.flatMap((text) => text ?? []);
  for (const form of forms) collect(JSON.parse(form.content), words);
  return words.join('\n');
}

function collect(value: unknown, words: string[]): void {
  if (typeof value === 'string') words.push(value);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item, words);
}

async function findNumbers(
  queries: StateQueries,
  domain: DomainRef,
  kind: SearchKind,
  documents: readonly SearchDocument[],
): Promise<Map<string, number>> {
  const rows = await queries
    .selectFrom('search_documents')
    .select(['entity_id', 'document_no'])
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('kind', '=', kind)
    .where(
      'entity_id',
      'in',
      documents.map((document) => document.entityId),
    )
    .execute();
  return new Map(rows.map((row) => [row.entity_id, row.document_no]));
}

async function nextNumber(queries: StateQueries): Promise<number> {
  const row = await queries
    .selectFrom('search_documents')
    .select((eb) => eb.fn.max('document_no').as('last'))
    .executeTakeFirst();
  return Number(row?.last ?? 0) + 1;
}
