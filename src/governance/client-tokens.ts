/**
 * Idempotency: the same token with the same parameters answers what it answered first, for a day. Looked up and recorded
 * in the transaction that makes what the token asks for.
 */

import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { canonicalJson } from '../core/canonical-json.ts';
import { DAY_MS } from '../core/time.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import { ConflictError } from './errors.ts';

export const TOKEN_LIFE_MS = DAY_MS;
/** Tokens that are forgotten in one turn of the event loop: clients make one for every call. */
export const FORGOTTEN_AT_ONCE = 1000;

export interface TokenUse {
  readonly accountId: string;
  readonly operation: string;
  /** Empty for operations outside of a domain. */
  readonly domainId: string;
  /** Undefined: the caller gave none, and nothing is remembered. */
  readonly token: string | undefined;
  /** Labels and body, less the token. */
  readonly request: unknown;
}

export interface Replay {
  readonly resourceId: string;
  /** Kept where the resource may be gone when the token comes again. */
  readonly answer: unknown;
}

/** What the token made before. @throws ConflictError when it came with other parameters */
export async function findReplay(queries: StateQueries, use: TokenUse, nowMs: number): Promise<Replay | undefined> {
  if (use.token === undefined) return undefined;
  const row = await queries
    .selectFrom('client_tokens')
    .select(['request_hash', 'resource_id', 'answer_json', 'created_at_ms'])
    .where('account_id', '=', use.accountId)
    .where('operation', '=', use.operation)
    .where('domain_id', '=', use.domainId)
    .where('token', '=', use.token)
    .executeTakeFirst();
  if (row === undefined || nowMs - row.created_at_ms >= TOKEN_LIFE_MS) return undefined;
  if (row.request_hash !== hashOf(use))
    throw new ConflictError('The clientToken was already used with different parameters.');
  return { resourceId: row.resource_id, answer: row.answer_json === null ? undefined : JSON.parse(row.answer_json) };
}

export async function recordToken(
  queries: StateQueries,
  use: TokenUse,
  made: { resourceId: string; answer?: unknown; nowMs: number },
): Promise<void> {
  if (use.token === undefined) return;
  const values = {
    request_hash: hashOf(use),
    resource_id: made.resourceId,
    answer_json: made.answer === undefined ? null : JSON.stringify(made.answer),
    created_at_ms: made.nowMs,
  };
  await queries
    .insertInto('client_tokens')
    .values({
      account_id: use.accountId,
      operation: use.operation,
      domain_id: use.domainId,
      token: use.token,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'operation', 'domain_id', 'token']).doUpdateSet(values))
    .execute();
}

/** Forgets tokens that are new again. */
export async function deleteOldTokens(queries: StateQueries, accountId: string, nowMs: number): Promise<void> {
  for (;;) {
    const result = await queries
      .deleteFrom('client_tokens')
      .where('account_id', '=', accountId)
      .where((eb) =>
        eb(
          eb.refTuple('operation', 'domain_id', 'token'),
          'in',
          eb
            .selectFrom('client_tokens')
            .select(['operation', 'domain_id', 'token'])
            .where('account_id', '=', accountId)
            .where('created_at_ms', '<=', nowMs - TOKEN_LIFE_MS)
            .orderBy('created_at_ms')
            .limit(FORGOTTEN_AT_ONCE)
            .$asTuple('operation', 'domain_id', 'token'),
        ),
      )
      .executeTakeFirst();
    if (result.numDeletedRows < BigInt(FORGOTTEN_AT_ONCE)) return;
    await setImmediate();
  }
}

function hashOf(use: TokenUse): string {
  return createHash('sha256').update(canonicalJson(use.request)).digest('hex');
}
