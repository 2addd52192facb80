import type { StateTransaction } from '../../ports/state/state-store.ts';
import { type Asset, type AssetRevision, findRevision } from '../assets/asset-store.ts';
import type { Failure } from '../data-sources/failure.ts';
import { SYSTEM } from '../ids.ts';
import { findListingsOfAssets, type Listing } from '../listings/listing-store.ts';
import { NotPublishableError, publishAsset } from '../listings/publish.ts';
import type { ImportContext, TableOutcome, Written } from './import-tables.ts';

/** Publishes what is new, and what never was: never again what an owner took back. */
export async function publishOutcomes(
  tx: StateTransaction,
  context: ImportContext,
  written: readonly Written[],
): Promise<TableOutcome[]> {
  if (!context.source.publishOnImport) return written.map(({ outcome }) => outcome);
  const ids = written.flatMap(({ outcome }) => outcome.asset?.assetId ?? []);
  const listings = await findListingsOfAssets(tx, context.run, ids);
  const outcomes: TableOutcome[] = [];
  for (const { outcome, revision } of written) {
    const { asset, status } = outcome;
    const listing = asset && listings.get(asset.assetId);
    const isOwn = status === 'UNCHANGED' || status === 'SUCCEEDED_CREATED' || status === 'SUCCEEDED_UPDATED';
    const isWanted = listing === undefined || (listing.status === 'ACTIVE' && revision !== undefined);
    if (asset === undefined || !isOwn || !isWanted) outcomes.push(outcome);
    else outcomes.push(await publishOne(tx, context, { outcome, asset, revision, listing }));
  }
  return outcomes;
}

async function publishOne(
  tx: StateTransaction,
  { random, nowMs }: ImportContext,
  parts: {
    readonly outcome: TableOutcome;
    readonly asset: Asset;
    readonly revision: AssetRevision | undefined;
    readonly listing: Listing | undefined;
  },
): Promise<TableOutcome> {
  const { outcome, asset, listing } = parts;
  const revision = parts.revision ?? (await findRevision(tx, asset, asset.latestRevision));
  if (revision === undefined) return outcome;
  try {
    await publishAsset(tx, random, { asset, revision, listing, by: SYSTEM, nowMs });
    return outcome;
  } catch (error) {
    if (!(error instanceof NotPublishableError)) throw error;
    const failure: Failure = { type: 'VALIDATION_EXCEPTION', detail: error.message };
    return { ...outcome, status: 'PUBLISHING_FAILED', reason: `${outcome.reason}; not published`, failure };
  }
}
