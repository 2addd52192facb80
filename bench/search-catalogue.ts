import { join } from 'node:path';
import { openSqlite } from '../src/adapters/sqlite/open-sqlite.ts';
import { systemClock, systemRandom } from '../src/adapters/system.ts';
import { type Asset, type AssetRevision, insertAssets, insertRevisions } from '../src/governance/assets/asset-store.ts';
import { externalIdentifierOf, formsOfRevision, importTable } from '../src/governance/assets/imported-table.ts';
import { insertDomain } from '../src/governance/containers/domain-store.ts';
import { newId, SYSTEM } from '../src/governance/ids.ts';
import { publishAsset } from '../src/governance/listings/publish.ts';
import { indexAssets } from '../src/governance/search/index-assets.ts';
import { GLUE_TABLE_ASSET_TYPE } from '../src/governance/types/system-types.ts';

// A catalogue of listed tables, written as runs write it.

export const ACCOUNT = '123456789012';
export const DOMAIN = 'dzd_benchbenchbenc';
const PROJECTS = 50;
const DATABASES = 1000;
const CHUNK = 200;
const START_MS = Date.UTC(2025, 0, 1);

export const SUBJECTS = ['orders', 'customers', 'payments', 'shipments', 'invoices', 'returns', 'stock', 'prices'];
const STAGES = ['raw', 'clean', 'daily', 'weekly', 'archive', 'summary', 'history'];
const FORMATS = ['parquet', 'csv', 'orc'];

export const project = (index: number) => `project${String(index % PROJECTS).padStart(7, '0')}`;
export const database = (index: number) => `lake_${index % DATABASES}`;
export const createdAtMs = (index: number) => START_MS + index * 1000;

/** The word `common` is in every description. */
function tableAt(index: number) {
  const subject = SUBJECTS[index % SUBJECTS.length];
  const name = `${subject}_${STAGES[index % STAGES.length]}_${index}`;
  const columns = Array.from({ length: 12 }, (_, at) => ({
    name: `${SUBJECTS[(index + at) % SUBJECTS.length]}_${at}`,
    type: at % 2 === 0 ? 'bigint' : 'string',
    comment: `what ${STAGES[(index + at) % STAGES.length]} says of it`,
  }));
  return {
    database: database(index),
    name,
    description: `The common table of ${subject} number ${index}`,
    type: 'EXTERNAL_TABLE',
    columns,
    partitionKeys: [{ name: 'dt', type: 'string' }],
    parameters: { classification: FORMATS[index % FORMATS.length] as string },
    location: `s3://lake/${database(index)}/${name}/`,
  };
}

function assetAt(index: number): { asset: Asset; revision: AssetRevision } {
  const place = { accountId: ACCOUNT, region: 'us-west-2' };
  const table = importTable(tableAt(index) as unknown as Parameters<typeof importTable>[0], place);
  const own = { accountId: ACCOUNT, domainId: DOMAIN, assetId: newId(systemRandom) };
  const by = { createdBy: SYSTEM, createdAtMs: createdAtMs(index) };
  const source = { dataSourceId: `source${index % 40}`, runId: `run${index % 400}`, forms: [] };
  const asset: Asset = {
    ...own,
    ...by,
    projectId: project(index),
    typeIdentifier: GLUE_TABLE_ASSET_TYPE.name,
    externalIdentifier: externalIdentifierOf(table.arn, project(index)),
    dataSourceId: source.dataSourceId,
    isArchived: false,
    latestRevision: 1,
    importedHash: table.hash,
    importedName: table.name,
    importedDescription: table.description,
    sourceIdentifier: table.arn,
    updatedAtMs: by.createdAtMs,
  };
  const revision: AssetRevision = {
    ...own,
    ...by,
    revision: 1,
    name: table.name,
    description: table.description,
    typeRevision: GLUE_TABLE_ASSET_TYPE.revision,
    forms: formsOfRevision(table, source, []),
    glossaryTerms: [`term${index % 30}`],
  };
  return { asset, revision };
}

/** Writes the catalogue into the state of a server that does not run yet. */
export async function writeCatalogue(dataDir: string, assets: number): Promise<void> {
  await using state = openSqlite(join(dataDir, 'state', 'periplus.sqlite'));
  await state.migrate();
  const nowMs = systemClock.nowMs();
  await insertDomain(state.queries, {
    accountId: ACCOUNT,
    domainId: DOMAIN,
    name: 'bench',
    description: undefined,
    version: 'V1',
    settings: {},
    status: 'AVAILABLE',
    rootUnitId: 'root',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  } as Parameters<typeof insertDomain>[1]);
  for (let at = 0; at < assets; at += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, assets - at) }, (_, index) => assetAt(at + index));
    await state.transaction(async (tx) => {
      await insertAssets(
        tx,
        chunk.map(({ asset }) => asset),
      );
      await insertRevisions(
        tx,
        chunk.map(({ revision }) => revision),
      );
      await indexAssets(tx, { accountId: ACCOUNT, domainId: DOMAIN }, chunk);
      for (const one of chunk)
        await publishAsset(tx, systemRandom, { ...one, listing: undefined, by: SYSTEM, nowMs: one.asset.createdAtMs });
    });
  }
}
