/** What joins assets and listings to the graph: columns of theirs, read when a node is asked for. */

import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';

const ASSETS_MAX = 100;

export interface MadeTimes {
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Assets whose details name the identifier. */
export async function listAssetsOfIdentifier(
  queries: StateQueries,
  domain: DomainRef,
  sourceIdentifier: string,
): Promise<(MadeTimes & { readonly assetId: string })[]> {
  const rows = await queries
    .selectFrom('assets')
    .select(['asset_id', 'created_by', 'created_at_ms', 'updated_at_ms'])
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('source_identifier', '=', sourceIdentifier)
    .orderBy('asset_id')
    .limit(ASSETS_MAX)
    .execute();
  return rows.map((row) => ({ assetId: row.asset_id, ...readTimes(row) }));
}

export interface ListingLink extends MadeTimes {
  readonly listingId: string;
  readonly assetId: string;
  readonly isActive: boolean;
}

export async function findListingLink(
  queries: StateQueries,
  domain: DomainRef,
  by: { readonly listingId: string } | { readonly assetId: string },
): Promise<ListingLink | undefined> {
  const query = queries
    .selectFrom('listings')
    .select(['listing_id', 'entity_id', 'status', 'created_by', 'created_at_ms', 'updated_at_ms'])
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('entity_type', '=', 'ASSET');
  const one =
    'listingId' in by ? query.where('listing_id', '=', by.listingId) : query.where('entity_id', '=', by.assetId);
  const row = await one.executeTakeFirst();
  return (
    row && {
      listingId: row.listing_id,
      assetId: row.entity_id,
      isActive: row.status === 'ACTIVE',
      ...readTimes(row),
    }
  );
}

function readTimes(row: { created_by: string; created_at_ms: number; updated_at_ms: number }): MadeTimes {
  return { createdBy: row.created_by, createdAtMs: row.created_at_ms, updatedAtMs: row.updated_at_ms };
}
