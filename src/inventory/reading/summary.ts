import { sql } from 'kysely';
import type { StateQueries } from '../../ports/state/state-store.ts';

export interface InventorySummary {
  readonly servers: number;
  readonly applications: number;
  readonly serversMappedToApplications: number;
  readonly serversMappedToTags: number;
}

/** How much there is. What users attached to a server goes with it, so attachments count live servers only. */
export async function summarizeInventory(queries: StateQueries, accountId: string): Promise<InventorySummary> {
  const { rows } = await sql<{ servers: number; applications: number; in_applications: number; tagged: number }>`select
    (select count(*) from inventory_servers where account_id = ${accountId} and deleted_at_ms is null) as servers,
    (select count(*) from applications where account_id = ${accountId}) as applications,
    (select count(distinct server_id) from application_servers where account_id = ${accountId}) as in_applications,
    (select count(distinct configuration_id) from tags where account_id = ${accountId}
      and configuration_type = 'SERVER') as tagged`.execute(queries);
  const [row] = rows;
  return {
    servers: Number(row?.servers ?? 0),
    applications: Number(row?.applications ?? 0),
    serversMappedToApplications: Number(row?.in_applications ?? 0),
    serversMappedToTags: Number(row?.tagged ?? 0),
  };
}
