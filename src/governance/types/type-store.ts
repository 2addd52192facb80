/** Types that people made. Those of the system are data, in `system-types.ts`. */

import type { Insertable, Selectable } from 'kysely';
import type { AssetTypesTable, FormTypesTable } from '../../ports/state/governance-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import type { TypeForms } from './system-types.ts';

interface TypeRecord {
  readonly name: string;
  readonly revision: string;
  readonly projectId: string;
  readonly description: string | undefined;
  readonly createdBy: string;
  /** Undefined: it was there from the start. */
  readonly createdAtMs: number | undefined;
}

export interface FormType extends TypeRecord {
  readonly status: 'ENABLED' | 'DISABLED';
  readonly smithy: string;
}

export interface AssetType extends TypeRecord {
  readonly forms: TypeForms;
}

const FORM_COLUMNS = [
  'name',
  'revision',
  'project_id',
  'status',
  'model_smithy',
  'description',
  'created_by',
  'created_at_ms',
] as const;

const ASSET_COLUMNS = [
  'name',
  'revision',
  'project_id',
  'forms_json',
  'description',
  'created_by',
  'created_at_ms',
] as const;

export async function insertFormType(queries: StateQueries, row: Insertable<FormTypesTable>): Promise<void> {
  await queries.insertInto('form_types').values(row).execute();
}

export async function insertAssetType(queries: StateQueries, row: Insertable<AssetTypesTable>): Promise<void> {
  await queries.insertInto('asset_types').values(row).execute();
}

/** All revisions, the newest first. */
export async function listFormTypeRevisions(
  queries: StateQueries,
  domain: DomainRef,
  name: string,
): Promise<FormType[]> {
  const rows = await queries
    .selectFrom('form_types')
    .select(FORM_COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('name', '=', name)
    .orderBy('revision', 'desc')
    .execute();
  return rows.map(readFormType);
}

/** All revisions, the newest first. */
export async function listAssetTypeRevisions(
  queries: StateQueries,
  domain: DomainRef,
  name: string,
): Promise<AssetType[]> {
  const rows = await queries
    .selectFrom('asset_types')
    .select(ASSET_COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('name', '=', name)
    .orderBy('revision', 'desc')
    .execute();
  return rows.map(readAssetType);
}

/** A domain has 1000 types at most, so all of them are read at once. */
export async function listFormTypes(queries: StateQueries, domain: DomainRef): Promise<FormType[]> {
  const rows = await queries
    .selectFrom('form_types')
    .select(FORM_COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('name')
    .execute();
  return rows.map(readFormType);
}

export async function listAssetTypes(queries: StateQueries, domain: DomainRef): Promise<AssetType[]> {
  const rows = await queries
    .selectFrom('asset_types')
    .select(ASSET_COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('name')
    .execute();
  return rows.map(readAssetType);
}

export async function countTypes(
  queries: StateQueries,
  domain: DomainRef,
  table: 'form_types' | 'asset_types',
): Promise<number> {
  const row = await queries
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

export async function deleteType(
  queries: StateQueries,
  domain: DomainRef,
  { table, name }: { readonly table: 'form_types' | 'asset_types'; readonly name: string },
): Promise<void> {
  await queries
    .deleteFrom(table)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('name', '=', name)
    .execute();
}

function readFormType(row: Pick<Selectable<FormTypesTable>, (typeof FORM_COLUMNS)[number]>): FormType {
  return {
    name: row.name,
    revision: String(row.revision),
    projectId: row.project_id,
    status: row.status as FormType['status'],
    smithy: row.model_smithy,
    description: row.description ?? undefined,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
  };
}

function readAssetType(row: Pick<Selectable<AssetTypesTable>, (typeof ASSET_COLUMNS)[number]>): AssetType {
  return {
    name: row.name,
    revision: String(row.revision),
    projectId: row.project_id,
    forms: JSON.parse(row.forms_json) as TypeForms,
    description: row.description ?? undefined,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
  };
}
