import { transition } from '../core/state-machine.ts';
import { acquireLease, type Lease, releaseLease } from '../jobs/leases.ts';
import type { Clock } from '../ports/clock.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import { type QueryExecution, readExecution } from './execution.ts';
import { QUERY_MACHINE, type QueryEvent } from './query-states.ts';
import * as store from './store.ts';

const LEASE_PREFIX = 'query-runner/';
/** A query that took two servers with it does not get a third. */
export const ATTEMPTS_MAX = 2;
const LOST_REASON = 'GENERIC_INTERNAL_ERROR: The server running the query stopped twice';
const SYSTEM_CATEGORY = 1;

export interface ClaimsOptions {
  readonly accountId: string;
  readonly runnerId: string;
  /** How long a silent server keeps its queries. */
  readonly leaseMs: number;
  /** Queries of the account that run at once, on all servers together. */
  readonly runningMax: number;
}

export interface ClaimedQuery {
  readonly claim: store.Claim;
  readonly execution: QueryExecution;
}

/**
 * Which queries this server has in hand. All of them hang on one lease of the server; a claim is told from an earlier
 * one of the same query by its attempt, so a server that was taken for lost cannot end what another has begun again.
 */
export class Claims {
  readonly #ports: { state: StateStore; clock: Clock };
  readonly #options: ClaimsOptions;
  readonly #lease: Lease;
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(ports: { state: StateStore; clock: Clock }, options: ClaimsOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#lease = { name: LEASE_PREFIX + options.runnerId, holder: options.runnerId, durationMs: options.leaseMs };
  }

  /** Takes the query that has waited longest, unless the account runs as many as it may. */
  take(): Promise<ClaimedQuery | undefined> {
    const { accountId, runnerId, runningMax } = this.#options;
    return this.#ports.state.transaction(async (tx) => {
      const row = await store.findOldestQueued(tx, accountId);
      if (row === undefined || (await store.countByStatus(tx, accountId, 'RUNNING')) >= runningMax) return undefined;
      const nowMs = this.#ports.clock.nowMs();
      await acquireLease(tx, this.#lease, nowMs);
      this.#renewedAtMs = nowMs;
      const claim = { accountId, id: row.query_execution_id, runnerId, attempts: row.attempts + 1 };
      if (!(await store.markClaimed(tx, claim, nowMs))) return undefined;
      const changed = { status: move('QUEUED', 'claim'), started_at_ms: nowMs, attempts: claim.attempts };
      return { claim, execution: readExecution({ ...row, ...changed }) };
    });
  }

  /** To be called while anything is in hand. Writes only when a third of the lease is over. */
  async renew(): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs - this.#renewedAtMs < this.#options.leaseMs / 3) return;
    await acquireLease(this.#ports.state.queries, this.#lease, nowMs);
    this.#renewedAtMs = nowMs;
  }

  async release(): Promise<void> {
    await releaseLease(this.#ports.state.queries, this.#lease);
  }

  /** Ids of what is in hand by the state store's word. */
  listHeld(): Promise<Set<string>> {
    return store.listRunningIds(this.#ports.state.queries, this.#options.accountId, this.#options.runnerId);
  }

  /** Queries of servers that fell silent wait again, once. Returns how many there were. */
  async recoverLost(): Promise<number> {
    const look = { prefix: LEASE_PREFIX, nowMs: this.#ports.clock.nowMs() };
    const { queries } = this.#ports.state;
    if ((await store.listLost(queries, this.#options.accountId, look)).length === 0) return 0;
    return this.#ports.state.transaction(async (tx) => {
      const lost = await store.listLost(tx, this.#options.accountId, look);
      for (const claim of lost) await this.#lose(tx, claim, look.nowMs);
      return lost.length;
    });
  }

  /** Gives a query back unharmed: its server goes, in order. */
  async giveBack(claim: store.Claim): Promise<void> {
    await store.requeue(this.#ports.state.queries, claim, claim.attempts - 1);
  }

  async #lose(tx: StateTransaction, claim: store.Claim, nowMs: number): Promise<void> {
    if (claim.attempts < ATTEMPTS_MAX) await store.requeue(tx, claim, claim.attempts);
    else {
      const ending = { status: move('RUNNING', 'fail'), nowMs, reason: LOST_REASON, errorCategory: SYSTEM_CATEGORY };
      await store.endClaim(tx, claim, ending);
    }
  }
}

/** A move the machine has, for the places that only know one. */
export function move(from: 'QUEUED' | 'RUNNING', event: QueryEvent) {
  const to = transition(QUERY_MACHINE, from, event);
  if (to === undefined) throw new Error(`A ${from} query does not take ${event}.`);
  return to;
}
