import type { StateQueries } from '../ports/state/state-store.ts';

/** The identity AWS delivers a continuous export with; here it exists from the start and an administrator can disable it. */
export const DELIVERY_ROLE = 'AWSApplicationDiscoveryServiceFirehose';

export async function ensureDeliveryRole(queries: StateQueries, accountId: string): Promise<void> {
  await queries
    .insertInto('delivery_roles')
    .values({ account_id: accountId, role_name: DELIVERY_ROLE, enabled: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function isDeliveryRoleEnabled(queries: StateQueries, accountId: string): Promise<boolean> {
  const row = await queries
    .selectFrom('delivery_roles')
    .select('enabled')
    .where('account_id', '=', accountId)
    .where('role_name', '=', DELIVERY_ROLE)
    .executeTakeFirst();
  return row?.enabled === 1;
}

export async function setDeliveryRoleEnabled(
  queries: StateQueries,
  accountId: string,
  enabled: boolean,
): Promise<void> {
  await queries
    .updateTable('delivery_roles')
    .set({ enabled: enabled ? 1 : 0 })
    .where('account_id', '=', accountId)
    .where('role_name', '=', DELIVERY_ROLE)
    .execute();
}
