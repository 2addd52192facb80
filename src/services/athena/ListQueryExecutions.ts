import type { ListQueryExecutionsInput, ListQueryExecutionsOutput } from '../../wire/generated/athena.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { AthenaDeps } from './athena-service.ts';
import { withServiceErrors } from './errors.ts';

const PAGE_MAX = 50;

export function listQueryExecutions({
  queries,
}: AthenaDeps): Handler<ListQueryExecutionsInput, ListQueryExecutionsOutput> {
  return async (input) => {
    // The model allows 0, which can only mean: as many as there may be.
    const limit = input.MaxResults || PAGE_MAX;
    const page = await withServiceErrors(() =>
      queries.list({ workGroup: input.WorkGroup, token: input.NextToken, limit }),
    );
    return { QueryExecutionIds: page.ids, NextToken: page.nextToken };
  };
}
