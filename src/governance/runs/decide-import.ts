/** What a run does about one table: decided from facts alone, so that a dry run decides the same. */

import type { Asset } from '../assets/asset-store.ts';
import type { ImportedTable } from '../assets/imported-table.ts';
import type { ActivityState } from './run-states.ts';

export interface ImportFacts {
  readonly table: ImportedTable;
  readonly asset: Asset | undefined;
  readonly dataSourceId: string;
  /** Whether a data source still is there. */
  readonly isPresent: (dataSourceId: string) => boolean;
}

export interface ImportDecision {
  readonly status: ActivityState;
  readonly reason: string;
}

export function decideImport({ table, asset, dataSourceId, isPresent }: ImportFacts): ImportDecision {
  if (asset === undefined) return { status: 'SUCCEEDED_CREATED', reason: 'new table' };
  if (asset.isArchived) return { status: 'SKIPPED_ARCHIVED', reason: 'the asset is archived' };
  if (asset.dataSourceId === undefined)
    return { status: 'SKIPPED_ALREADY_IMPORTED', reason: 'the asset was made by hand' };
  if (asset.dataSourceId !== dataSourceId) {
    if (isPresent(asset.dataSourceId))
      return { status: 'SKIPPED_ALREADY_IMPORTED', reason: `data source ${asset.dataSourceId} has the asset` };
    return { status: 'SUCCEEDED_UPDATED', reason: `taken over from data source ${asset.dataSourceId}, which is gone` };
  }
  if (asset.importedHash === table.hash) return { status: 'UNCHANGED', reason: 'no difference' };
  return { status: 'SUCCEEDED_UPDATED', reason: 'technical metadata changed' };
}
