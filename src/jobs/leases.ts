import { sql } from 'kysely';
import type { StateQueries } from '../ports/state/state-store.ts';

/**
 * Who may do a piece of work now. A holder that stops renewing loses it when the time is over; whoever makes its work
 * true does so in a transaction that first checks it still holds the lease, so a late worker changes nothing.
 */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly durationMs: number;
}

/** Takes or renews the lease. False: somebody else has it. */
export async function acquireLease(queries: StateQueries, lease: Lease, nowMs: number): Promise<boolean> {
  const result = await queries
    .insertInto('leases')
    .values({ name: lease.name, holder: lease.holder, expires_at_ms: nowMs + lease.durationMs })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ holder: lease.holder, expires_at_ms: nowMs + lease.durationMs })
        .where((eb) => eb.or([eb('leases.holder', '=', lease.holder), eb('leases.expires_at_ms', '<=', nowMs)])),
    )
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Whether the lease is still ours, asked inside the transaction that relies on it. */
export async function holdsLease(queries: StateQueries, lease: Lease, nowMs: number): Promise<boolean> {
  const row = await queries
    .selectFrom('leases')
    .select(sql<number>`1`.as('held'))
    .where('name', '=', lease.name)
    .where('holder', '=', lease.holder)
    .where('expires_at_ms', '>', nowMs)
    .executeTakeFirst();
  return row !== undefined;
}

export async function releaseLease(queries: StateQueries, lease: Lease): Promise<void> {
  await queries.deleteFrom('leases').where('name', '=', lease.name).where('holder', '=', lease.holder).execute();
}

/** Ends every lease: for a process that knows it is the only one, because its predecessor's died with it. */
export async function endAllLeases(queries: StateQueries): Promise<void> {
  await queries.deleteFrom('leases').execute();
}
