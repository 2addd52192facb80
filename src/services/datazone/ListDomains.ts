import type { GovernanceDomain } from '../../governance/containers/domain-store.ts';
import type { ListDomainsInput, ListDomainsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseDomain } from './describe-domain.ts';
import { newestPage } from './paging.ts';

const DOMAINS_PAGE_MAX = 25;

export function listDomains({
  domains,
  region,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListDomainsInput, ListDomainsOutput> {
  return async (input, ctx) => {
    const { items, ...rest } = await newestPage(
      { key, ctx, input: { ...input }, pageMax: DOMAINS_PAGE_MAX, positionOf },
      (page) => domains.list(ctx.accountId, { ...page, status: input.status }),
    );
    return { items: items.map((domain) => summariseDomain(domain, ctx, region)), ...rest };
  };
}

function positionOf({ createdAtMs, domainId }: GovernanceDomain) {
  return { createdAtMs, id: domainId };
}
