import type { Kysely, Transaction } from 'kysely';
import type { StateSchema } from './schema.ts';

/** A connection or a transaction: what a query function takes. */
export type StateQueries = Kysely<StateSchema>;
export type StateTransaction = Transaction<StateSchema>;

/**
 * The facts. `queries` reads and makes single-statement changes; `transaction` makes several true at once, durably:
 * when it resolves they survive power loss, when it rejects none of them happened. Only state queries may be awaited
 * inside a transaction; on SQLite everybody else waits for it.
 */
export interface StateStore extends AsyncDisposable {
  readonly queries: StateQueries;
  transaction<T>(run: (tx: StateTransaction) => Promise<T>): Promise<T>;
  /** Brings the schema to the newest migration. A second run changes nothing. */
  migrate(): Promise<void>;
}
