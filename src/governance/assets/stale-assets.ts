import { setImmediate } from 'node:timers/promises';
import { findTable } from '../../catalog/tables.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { GovernancePorts } from '../containers/domains.ts';
import type { DataSource } from '../data-sources/data-source.ts';
import { ConflictError } from '../errors.ts';
import { archiveAsset } from './archive.ts';
import * as store from './asset-store.ts';

/** When more of a source's assets would go, something else is wrong: a database renamed, a catalogue half there. */
export const REMOVED_SHARE_MAX = 0.75;
/** Assets that are looked at in one turn of the event loop. */
const CHUNK_ASSETS = 100;

export interface StaleAsset {
  readonly assetId: string;
  readonly name: string;
  readonly database: string;
  readonly table: string;
}

export interface StaleReport {
  readonly stale: readonly StaleAsset[];
  /** Assets of the source that are not archived. */
  readonly assets: number;
  readonly removed: number;
}

/** Assets of a source whose tables are gone from the catalogue. */
export async function findStaleAssets(queries: StateQueries, source: DataSource): Promise<StaleReport> {
  const stale: StaleAsset[] = [];
  let assets = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await store.listAssetsOfSource(queries, source, { after, limit: CHUNK_ASSETS });
    for (const asset of page.filter(({ isArchived }) => !isArchived)) {
      assets += 1;
      const found = await readStale(queries, asset);
      if (found !== undefined) stale.push(found);
    }
    after = page.length < CHUNK_ASSETS ? undefined : page.at(-1)?.assetId;
    await setImmediate();
  }
  return { stale, assets, removed: 0 };
}

/** Archives them and takes them off the listings. @throws ConflictError when they are too many to be believed */
export async function removeStaleAssets(
  { state, clock }: Pick<GovernancePorts, 'state' | 'clock'>,
  source: DataSource,
): Promise<StaleReport> {
  const report = await findStaleAssets(state.queries, source);
  const { stale, assets } = report;
  if (stale.length > assets * REMOVED_SHARE_MAX)
    throw new ConflictError(
      `${stale.length} of ${assets} assets would go, more than ${REMOVED_SHARE_MAX * 100} %. Nothing was removed.`,
    );
  let removed = 0;
  for (let at = 0; at < stale.length; at += CHUNK_ASSETS) {
    await state.transaction(async (tx) => {
      for (const { assetId } of stale.slice(at, at + CHUNK_ASSETS)) {
        const asset = await store.findAsset(tx, { ...source, assetId });
        // A table that came back meanwhile keeps its asset.
        if (asset === undefined || (await readStale(tx, asset)) === undefined) continue;
        await archiveAsset(tx, asset, clock.nowMs());
        removed += 1;
      }
    });
    await setImmediate();
  }
  return { ...report, removed };
}

async function readStale(queries: StateQueries, asset: store.Asset): Promise<StaleAsset | undefined> {
  const place = readArn(asset.sourceIdentifier);
  if (place === undefined || (await findTable(queries, asset.accountId, place.database, place.table)) !== undefined)
    return undefined;
  return { assetId: asset.assetId, name: asset.importedName ?? place.table, ...place };
}

/** `arn:aws:glue:<region>:<account>:table/<database>/<table>`. */
function readArn(arn: string | undefined): { database: string; table: string } | undefined {
  const match = /^arn:[^:]*:glue:[^:]*:[^:]*:table\/([^/]+)\/(.+)$/.exec(arn ?? '');
  return match === null ? undefined : { database: match[1] ?? '', table: match[2] ?? '' };
}
