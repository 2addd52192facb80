/** Keyset paging of lists in their usual order: newest first, ties by id. */

import type { Expression, ExpressionBuilder, ReferenceExpression, SqlBool } from 'kysely';
import type { StateSchema } from '../ports/state/schema.ts';

export interface NewestPosition {
  readonly createdAtMs: number;
  readonly id: string;
}

export interface NewestPage {
  readonly after?: NewestPosition | undefined;
  readonly limit: number;
}

/** Rows that come after `after` where `time` descends and `id` ascends. The bound on time alone is where an index begins. */
export function isAfter<Table extends keyof StateSchema>(
  eb: ExpressionBuilder<StateSchema, Table>,
  columns: { time: ReferenceExpression<StateSchema, Table>; id: ReferenceExpression<StateSchema, Table> },
  after: NewestPosition,
): Expression<SqlBool> {
  return eb.and([
    eb(columns.time, '<=', after.createdAtMs as never),
    eb.or([eb(columns.time, '<', after.createdAtMs as never), eb(columns.id, '>', after.id as never)]),
  ]);
}
