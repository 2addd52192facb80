import type { Insertable, Selectable, Updateable } from 'kysely';
import type { AssetRevisionsTable, AssetsTable } from '../../ports/state/governance-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import type { AssetForm } from './asset-forms.ts';

export interface AssetRef extends DomainRef {
  readonly assetId: string;
}

/** What an asset is, apart from its revisions. */
export interface Asset extends AssetRef {
  readonly projectId: string;
  readonly typeIdentifier: string;
  readonly externalIdentifier: string | undefined;
  /** The data source that keeps it up to date; undefined for one made by hand. */
  readonly dataSourceId: string | undefined;
  readonly isArchived: boolean;
  readonly latestRevision: number;
  /** Of the technical metadata it was last imported with, and the texts that came with it. */
  readonly importedHash: string | undefined;
  readonly importedName: string | undefined;
  readonly importedDescription: string | undefined;
  /** What lineage knows it by. */
  readonly sourceIdentifier: string | undefined;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface PredictionSetting {
  readonly businessNameGeneration?: { readonly enabled?: boolean | undefined } | undefined;
}

export interface AssetRevision extends AssetRef {
  readonly revision: number;
  readonly name: string;
  readonly description: string | undefined;
  readonly typeRevision: string;
  readonly forms: readonly AssetForm[];
  readonly glossaryTerms: readonly string[];
  /** Kept as it was given, and told when the revision is made. */
  readonly predictions?: PredictionSetting | undefined;
  readonly createdBy: string;
  readonly createdAtMs: number;
}

const ASSET_COLUMNS = [
  'account_id',
  'domain_id',
  'asset_id',
  'project_id',
  'type_identifier',
  'external_identifier',
  'data_source_id',
  'is_archived',
  'latest_revision',
  'imported_hash',
  'imported_name',
  'imported_description',
  'source_identifier',
  'created_by',
  'created_at_ms',
  'updated_at_ms',
] as const;

const REVISION_COLUMNS = [
  'account_id',
  'domain_id',
  'asset_id',
  'revision',
  'name',
  'description',
  'type_revision',
  'forms_json',
  'glossary_terms_json',
  'prediction_json',
  'created_by',
  'created_at_ms',
] as const;

export async function insertAssets(queries: StateQueries, assets: readonly Asset[]): Promise<void> {
  if (assets.length > 0) await queries.insertInto('assets').values(assets.map(writeAsset)).execute();
}

export async function insertRevisions(queries: StateQueries, revisions: readonly AssetRevision[]): Promise<void> {
  if (revisions.length > 0) await queries.insertInto('asset_revisions').values(revisions.map(writeRevision)).execute();
}

export async function updateAsset(
  queries: StateQueries,
  ref: AssetRef,
  changes: Updateable<AssetsTable>,
): Promise<void> {
  await queries
    .updateTable('assets')
    .set(changes)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('asset_id', '=', ref.assetId)
    .execute();
}

export async function findAsset(queries: StateQueries, ref: AssetRef): Promise<Asset | undefined> {
  const row = await queries
    .selectFrom('assets')
    .select(ASSET_COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('asset_id', '=', ref.assetId)
    .executeTakeFirst();
  return row === undefined ? undefined : readAsset(row);
}

export async function listByExternalIdentifiers(
  queries: StateQueries,
  domain: DomainRef,
  externalIdentifiers: readonly string[],
): Promise<Asset[]> {
  if (externalIdentifiers.length === 0) return [];
  const rows = await queries
    .selectFrom('assets')
    .select(ASSET_COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('external_identifier', 'in', externalIdentifiers)
    .execute();
  return rows.map(readAsset);
}

/** Assets that a data source keeps, archived ones included, by id. */
export async function listAssetsOfSource(
  queries: StateQueries,
  source: DomainRef & { readonly dataSourceId: string },
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<Asset[]> {
  const rows = await queries
    .selectFrom('assets')
    .select(ASSET_COLUMNS)
    .where('account_id', '=', source.accountId)
    .where('domain_id', '=', source.domainId)
    .where('data_source_id', '=', source.dataSourceId)
    .where('asset_id', '>', page.after ?? '')
    .orderBy('asset_id')
    .limit(page.limit)
    .execute();
  return rows.map(readAsset);
}

export async function findRevision(
  queries: StateQueries,
  ref: AssetRef,
  revision: number,
): Promise<AssetRevision | undefined> {
  const row = await queries
    .selectFrom('asset_revisions')
    .select(REVISION_COLUMNS)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('asset_id', '=', ref.assetId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return row === undefined ? undefined : readRevision(row);
}

/** Newest first. */
export async function listRevisions(
  queries: StateQueries,
  ref: AssetRef,
  page: { readonly before: number; readonly limit: number },
): Promise<Pick<AssetRevision, 'revision' | 'createdBy' | 'createdAtMs'>[]> {
  const rows = await queries
    .selectFrom('asset_revisions')
    .select(['revision', 'created_by', 'created_at_ms'])
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('asset_id', '=', ref.assetId)
    .where('revision', '<', page.before)
    .orderBy('revision', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({ revision: row.revision, createdBy: row.created_by, createdAtMs: row.created_at_ms }));
}

/** Assets by id, for a page of a search. */
export async function listAssets(
  queries: StateQueries,
  domain: DomainRef,
  assetIds: readonly string[],
): Promise<Asset[]> {
  if (assetIds.length === 0) return [];
  const rows = await queries
    .selectFrom('assets')
    .select(ASSET_COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('asset_id', 'in', assetIds)
    .execute();
  return rows.map(readAsset);
}

/** The newest revisions of these assets. */
export async function listLatestRevisions(
  queries: StateQueries,
  domain: DomainRef,
  assetIds: readonly string[],
): Promise<AssetRevision[]> {
  if (assetIds.length === 0) return [];
  const rows = await queries
    .selectFrom('asset_revisions')
    .innerJoin('assets', (join) =>
      join
        .onRef('assets.account_id', '=', 'asset_revisions.account_id')
        .onRef('assets.domain_id', '=', 'asset_revisions.domain_id')
        .onRef('assets.asset_id', '=', 'asset_revisions.asset_id')
        .onRef('assets.latest_revision', '=', 'asset_revisions.revision'),
    )
    .select(REVISION_COLUMNS.map((column) => `asset_revisions.${column}` as const))
    .where('assets.account_id', '=', domain.accountId)
    .where('assets.domain_id', '=', domain.domainId)
    .where('assets.asset_id', 'in', assetIds)
    .execute();
  return rows.map(readRevision);
}

export async function deleteAsset(queries: StateQueries, ref: AssetRef): Promise<void> {
  for (const table of ['asset_revisions', 'assets'] as const)
    await queries
      .deleteFrom(table)
      .where('account_id', '=', ref.accountId)
      .where('domain_id', '=', ref.domainId)
      .where('asset_id', '=', ref.assetId)
      .execute();
}

type AssetRow = Pick<Selectable<AssetsTable>, (typeof ASSET_COLUMNS)[number]>;
type RevisionRow = Pick<Selectable<AssetRevisionsTable>, (typeof REVISION_COLUMNS)[number]>;

function writeAsset(asset: Asset): Insertable<AssetsTable> {
  return {
    account_id: asset.accountId,
    domain_id: asset.domainId,
    asset_id: asset.assetId,
    project_id: asset.projectId,
    type_identifier: asset.typeIdentifier,
    external_identifier: asset.externalIdentifier ?? null,
    data_source_id: asset.dataSourceId ?? null,
    is_archived: asset.isArchived ? 1 : 0,
    latest_revision: asset.latestRevision,
    imported_hash: asset.importedHash ?? null,
    imported_name: asset.importedName ?? null,
    imported_description: asset.importedDescription ?? null,
    source_identifier: asset.sourceIdentifier ?? null,
    created_by: asset.createdBy,
    created_at_ms: asset.createdAtMs,
    updated_at_ms: asset.updatedAtMs,
  };
}

function readAsset(row: AssetRow): Asset {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    assetId: row.asset_id,
    projectId: row.project_id,
    typeIdentifier: row.type_identifier,
    externalIdentifier: row.external_identifier ?? undefined,
    dataSourceId: row.data_source_id ?? undefined,
    isArchived: row.is_archived === 1,
    latestRevision: row.latest_revision,
    importedHash: row.imported_hash ?? undefined,
    importedName: row.imported_name ?? undefined,
    importedDescription: row.imported_description ?? undefined,
    sourceIdentifier: row.source_identifier ?? undefined,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

function writeRevision(revision: AssetRevision): Insertable<AssetRevisionsTable> {
  return {
    account_id: revision.accountId,
    domain_id: revision.domainId,
    asset_id: revision.assetId,
    revision: revision.revision,
    name: revision.name,
    description: revision.description ?? null,
    type_revision: revision.typeRevision,
    forms_json: JSON.stringify(revision.forms),
    glossary_terms_json: JSON.stringify(revision.glossaryTerms),
    prediction_json: revision.predictions === undefined ? null : JSON.stringify(revision.predictions),
    created_by: revision.createdBy,
    created_at_ms: revision.createdAtMs,
  };
}

function readRevision(row: RevisionRow): AssetRevision {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    assetId: row.asset_id,
    revision: row.revision,
    name: row.name,
    description: row.description ?? undefined,
    typeRevision: row.type_revision,
    forms: JSON.parse(row.forms_json) as AssetForm[],
    glossaryTerms: JSON.parse(row.glossary_terms_json) as string[],
    predictions: row.prediction_json === null ? undefined : (JSON.parse(row.prediction_json) as PredictionSetting),
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
  };
}
