import { type CatalogDatabase, listDatabases } from '../../catalog/catalog.ts';
import type { GetDatabasesRequest, GetDatabasesResponse } from '../../wire/generated/glue.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describeDatabase } from './describe-catalog.ts';
import type { GlueDeps } from './glue-service.ts';
import { readPage } from './paging.ts';
import { requireDefaultCatalog } from './scope.ts';

const DATABASES_A_PAGE_MAX = 100;

/** Databases by name. Nobody shares any with us: the foreign and the federated ones are an empty list. */
export function getDatabases({ state, pageTokenKey }: GlueDeps): Handler<GetDatabasesRequest, GetDatabasesResponse> {
  return async ({ CatalogId, NextToken, MaxResults, ResourceShareType, AttributesToGet }, ctx) => {
    requireDefaultCatalog(CatalogId, ctx.accountId);
    const isForeign = ResourceShareType === 'FOREIGN' || ResourceShareType === 'FEDERATED';
    const { items, nextToken } = await readPage<CatalogDatabase>({
      key: pageTokenKey,
      ctx,
      inputs: { ResourceShareType },
      nextToken: NextToken,
      size: MaxResults ?? DATABASES_A_PAGE_MAX,
      list: async (page) => (isForeign ? [] : listDatabases(state.queries, ctx.accountId, page)),
      keyOf: (database) => database.name,
    });
    // TARGET_DATABASE is what a link points to; we have no links, and a name every database has to have.
    const hasAll = AttributesToGet === undefined || AttributesToGet.length === 0;
    const describe = (database: CatalogDatabase) =>
      hasAll ? describeDatabase(database, ctx.accountId) : { Name: database.name };
    return { DatabaseList: items.map(describe), ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  };
}
