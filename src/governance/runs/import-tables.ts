/** One chunk of a run: some tables of one database become activities, and assets where something changed. */

import type { CatalogTable } from '../../catalog/catalog.ts';
import type { RoleAccess } from '../../identity/data-access.ts';
import type { Random } from '../../ports/random.ts';
import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import type { Asset, AssetRevision } from '../assets/asset-store.ts';
import * as assetStore from '../assets/asset-store.ts';
import {
  type CatalogPlace,
  cutDescription,
  externalIdentifierOf,
  formsOfRevision,
  type ImportedTable,
  importTable,
  UnfitTableError,
} from '../assets/imported-table.ts';
import type { DataSource } from '../data-sources/data-source.ts';
import { filterPresent } from '../data-sources/data-source-store.ts';
import type { Failure } from '../data-sources/failure.ts';
import { newId, SYSTEM } from '../ids.ts';
import { recordImport } from '../lineage/import-lineage.ts';
import { indexAssets } from '../search/index-assets.ts';
import { GLUE_TABLE_ASSET_TYPE } from '../types/system-types.ts';
import { insertActivities } from './activity-store.ts';
import { decideImport } from './decide-import.ts';
import { publishOutcomes } from './publish-outcomes.ts';
import { type ActivityState, COUNTER_OF, type Counter } from './run-states.ts';
import { addToCounters, type DataSourceRun, markLineage } from './run-store.ts';

export interface ImportContext {
  readonly run: DataSourceRun;
  readonly source: DataSource;
  readonly place: CatalogPlace;
  readonly access: RoleAccess;
  readonly random: Random;
  readonly nowMs: number;
}

/** What becomes of one table. */
export interface TableOutcome {
  readonly table: CatalogTable;
  readonly status: ActivityState;
  readonly reason: string;
  readonly failure?: Failure | undefined;
  readonly asset?: Asset | undefined;
  readonly imported?: ImportedTable | undefined;
}

/** Decides for every table; changes nothing. */
export async function decideTables(
  tx: StateQueries,
  { source, place, access }: Pick<ImportContext, 'source' | 'place' | 'access'>,
  tables: readonly CatalogTable[],
): Promise<TableOutcome[]> {
  const readable = tables.map((table) => readOne(table, place, access));
  const externalIds = readable.flatMap(({ imported }) =>
    imported === undefined ? [] : [externalIdentifierOf(imported.arn, source.projectId)],
  );
  const assets = await assetStore.listByExternalIdentifiers(tx, source, externalIds);
  const byExternalId = new Map(assets.map((asset) => [asset.externalIdentifier, asset]));
  const others = [...new Set(assets.flatMap((asset) => asset.dataSourceId ?? []))];
  const present = await filterPresent(tx, source, others);
  return readable.map((outcome) => {
    const { imported } = outcome;
    if (imported === undefined) return outcome;
    const asset = byExternalId.get(externalIdentifierOf(imported.arn, source.projectId));
    const isPresent = (dataSourceId: string) => present.has(dataSourceId);
    const decision = decideImport({ table: imported, asset, dataSourceId: source.dataSourceId, isPresent });
    return { ...outcome, ...decision, asset };
  });
}

function readOne(table: CatalogTable, place: CatalogPlace, access: RoleAccess): TableOutcome {
  if (!access.mayRead(table.database, table.name))
    return { table, status: 'SKIPPED_NO_ACCESS', reason: 'the data access role may not read the table' };
  try {
    return { table, status: 'UNCHANGED', reason: '', imported: importTable(table, place) };
  } catch (error) {
    if (!(error instanceof UnfitTableError)) throw error;
    const failure: Failure = { type: 'VALIDATION_EXCEPTION', detail: error.message };
    return { table, status: 'FAILED', reason: 'the table does not fit a form', failure };
  }
}

/** Writes what was decided, activities and counters included. False: the run is not RUNNING any more. */
export async function writeOutcomes(
  tx: StateTransaction,
  context: ImportContext,
  decided: readonly TableOutcome[],
): Promise<boolean> {
  const { run, nowMs } = context;
  const made = await writeAssets(tx, context, decided);
  const outcomes = await publishOutcomes(
    tx,
    context,
    decided.map((outcome) => made.get(outcome) ?? { outcome }),
  );
  const eventIds = await tellLineage(tx, context, [...made.keys()]);
  await insertActivities(
    tx,
    outcomes.map((outcome) => ({
      account_id: run.accountId,
      domain_id: run.domainId,
      run_id: run.runId,
      database_name: outcome.table.database,
      technical_name: outcome.table.name,
      project_id: run.projectId,
      status: outcome.status,
      asset_id: outcome.asset?.assetId ?? null,
      technical_description: cutDescription(outcome.table.description) ?? null,
      error_type: outcome.failure?.type ?? null,
      error_detail: outcome.failure?.detail ?? null,
      reason: outcome.reason,
      lineage_event_id: eventIds.get(outcome.table) ?? null,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })),
  );
  return addToCounters(tx, run, { ...countOutcomes(outcomes), nowMs });
}

/** Tells where the tables come from whose assets are new or changed. */
async function tellLineage(
  tx: StateTransaction,
  { run, place, random, nowMs }: ImportContext,
  changed: readonly TableOutcome[],
): Promise<Map<CatalogTable, string>> {
  if (changed.length === 0) return new Map();
  const isFirst = run.lineageStatus === undefined;
  if (isFirst) await markLineage(tx, run, 'IN_PROGRESS');
  const tables = changed.map((outcome) => outcome.table);
  return recordImport(tx, random, { run, place, tables, isFirst, nowMs });
}

/** An outcome and the revision that was made of its asset, where one was. */
export interface Written {
  readonly outcome: TableOutcome;
  readonly revision?: AssetRevision | undefined;
}

async function writeAssets(
  tx: StateTransaction,
  context: ImportContext,
  decided: readonly TableOutcome[],
): Promise<Map<TableOutcome, Required<Written>>> {
  const written = new Map<TableOutcome, Required<Written>>();
  for (const outcome of decided) {
    if (outcome.imported === undefined) continue;
    if (outcome.status === 'SUCCEEDED_CREATED') written.set(outcome, createOne(context, outcome, outcome.imported));
    if (outcome.status === 'SUCCEEDED_UPDATED' && outcome.asset !== undefined)
      written.set(outcome, await updateOne(tx, context, outcome, outcome.asset, outcome.imported));
  }
  const all = [...written.values()];
  const created = all.filter(({ outcome }) => outcome.status === 'SUCCEEDED_CREATED');
  await assetStore.insertAssets(
    tx,
    created.flatMap(({ outcome }) => outcome.asset ?? []),
  );
  await assetStore.insertRevisions(
    tx,
    all.map(({ revision }) => revision as AssetRevision),
  );
  await indexAssets(
    tx,
    context.run,
    all.map(({ outcome, revision }) => ({ asset: outcome.asset as Asset, revision: revision as AssetRevision })),
  );
  return written;
}

function createOne(context: ImportContext, outcome: TableOutcome, table: ImportedTable): Required<Written> {
  const { run, source, random, nowMs } = context;
  const asset: Asset = {
    accountId: run.accountId,
    domainId: run.domainId,
    assetId: newId(random),
    projectId: run.projectId,
    typeIdentifier: GLUE_TABLE_ASSET_TYPE.name,
    externalIdentifier: externalIdentifierOf(table.arn, run.projectId),
    dataSourceId: source.dataSourceId,
    isArchived: false,
    latestRevision: 1,
    importedHash: table.hash,
    importedName: table.name,
    importedDescription: table.description,
    sourceIdentifier: table.arn,
    createdBy: SYSTEM,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  return { outcome: { ...outcome, asset }, revision: nextRevision(context, asset, table, undefined) };
}

async function updateOne(
  tx: StateTransaction,
  context: ImportContext,
  outcome: TableOutcome,
  known: Asset,
  table: ImportedTable,
): Promise<Required<Written>> {
  const previous = await assetStore.findRevision(tx, known, known.latestRevision);
  const asset: Asset = {
    ...known,
    dataSourceId: context.source.dataSourceId,
    latestRevision: known.latestRevision + 1,
    importedHash: table.hash,
    importedName: table.name,
    importedDescription: table.description,
    sourceIdentifier: table.arn,
    updatedAtMs: context.nowMs,
  };
  await assetStore.updateAsset(tx, asset, {
    data_source_id: asset.dataSourceId ?? null,
    latest_revision: asset.latestRevision,
    imported_hash: table.hash,
    imported_name: table.name,
    imported_description: table.description ?? null,
    source_identifier: table.arn,
    updated_at_ms: context.nowMs,
  });
  const revision = nextRevision(context, asset, table, previous && { revision: previous, asset: known });
  return { outcome: { ...outcome, asset }, revision };
}

/** Name and description follow the table, unless people wrote others since the last import. */
function nextRevision(
  { run, source, nowMs }: ImportContext,
  asset: Asset,
  table: ImportedTable,
  before: { readonly revision: AssetRevision; readonly asset: Asset } | undefined,
): AssetRevision {
  const isNameOurs = before === undefined || before.revision.name === before.asset.importedName;
  const isDescriptionOurs = before === undefined || before.revision.description === before.asset.importedDescription;
  const importSource = { dataSourceId: source.dataSourceId, runId: run.runId, forms: source.forms };
  return {
    accountId: asset.accountId,
    domainId: asset.domainId,
    assetId: asset.assetId,
    revision: asset.latestRevision,
    name: isNameOurs ? table.name : before.revision.name,
    description: isDescriptionOurs ? table.description : before.revision.description,
    typeRevision: GLUE_TABLE_ASSET_TYPE.revision,
    forms: formsOfRevision(table, importSource, before?.revision.forms ?? []),
    glossaryTerms: before?.revision.glossaryTerms ?? [],
    createdBy: SYSTEM,
    createdAtMs: nowMs,
  };
}

export type OutcomeCounts = Readonly<Record<Counter, number>> & { readonly publishingFailed: number };

export function countOutcomes(outcomes: readonly Pick<TableOutcome, 'status'>[]): OutcomeCounts {
  const counts = { added: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0, publishingFailed: 0 };
  for (const { status } of outcomes) {
    counts[COUNTER_OF[status]] += 1;
    if (status === 'PUBLISHING_FAILED') counts.publishingFailed += 1;
  }
  return counts;
}
